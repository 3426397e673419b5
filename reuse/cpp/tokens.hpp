// SPDX-License-Identifier: Apache-2.0
// Texts to tokens: words folded and hashed, with their spans in code points. See README.md, "Tokens".
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "column.hpp"
#include "cutting.hpp"
#include "folding.hpp"
#include "hash.hpp"
#include "isa.hpp"
#include "parallel.hpp"
#include "quotes.hpp"
#include "ragged.hpp"
#include "sentences.hpp"
#include "signs.hpp"
#include "utf8.hpp"

namespace reuse {

// Bits of Tokens::flags; reuse/values.py names the same numbers.
constexpr std::uint8_t flag_character = 1, flag_invisible = 2, flag_mixed_script = 4;

struct Tokens {
    Column<std::uint64_t> hash;
    Column<std::int32_t> begin, end;
    Column<std::uint8_t> flags;
    std::vector<std::int64_t> offsets;   // [documents + 1]
    std::vector<std::int64_t> replaced;  // [documents] broken sequences read as U+FFFD
};

/// The most tokens that documents of so many bytes can have: two bytes make at most one (a letter and a space; a
/// character of a script without spaces takes three), and the last byte of each document may make one more.
inline std::size_t most_tokens(std::size_t bytes, std::size_t documents) { return (bytes + documents) / 2 + 1; }

/// Parts places that begin and end words by turns.
REUSE_FOR_EACH_ISA inline void part_bounds(const std::uint32_t* places, std::size_t words, std::int32_t* begin,
                                           std::int32_t* end) {
    for (std::size_t i = 0; i < words; ++i) {
        begin[i] = static_cast<std::int32_t>(places[2 * i]);
        end[i] = static_cast<std::int32_t>(places[2 * i + 1]);
    }
}

/// The tokens of one unit of work, with room for the most it can have, so that nothing is checked while writing; and
/// the signs of the document at hand.
class PlacedTokens {
public:
    /// Makes room for so many tokens, and forgets those of the unit before.
    void clear(std::size_t most) {
        if (most > room_) {
            room_ = most + most / 4;
            hash = std::make_unique_for_overwrite<std::uint64_t[]>(room_);
            begin = std::make_unique_for_overwrite<std::int32_t[]>(room_);
            end = std::make_unique_for_overwrite<std::int32_t[]>(room_);
            flags = std::make_unique_for_overwrite<std::uint8_t[]>(room_);
        }
        count = 0;
    }

    void begin_document() {
        signs.clear();
        first = count;
    }

    void add(std::uint64_t token_hash, std::size_t token_begin, std::size_t token_end, std::uint8_t token_flags) {
        hash[count] = token_hash;
        begin[count] = static_cast<std::int32_t>(token_begin);
        end[count] = static_cast<std::int32_t>(token_end);
        flags[count] = token_flags;
        ++count;
    }

    void add(const Stretch& stretch) {
        stretch.hash(hash.get() + count);
        part_bounds(stretch.places, stretch.words(), begin.get() + count, end.get() + count);
        std::fill_n(flags.get() + count, stretch.words(), std::uint8_t{0});
        for (std::size_t i = 0; i < stretch.wide_count; ++i)
            flags[count + stretch.wide[i].word] = stretch.wide[i].flags;
        signs.insert(signs.end(), stretch.signs, stretch.signs + stretch.signs_count);
        count += stretch.words();
    }

    std::unique_ptr<std::uint64_t[]> hash;
    std::unique_ptr<std::int32_t[]> begin, end;
    std::unique_ptr<std::uint8_t[]> flags;
    std::size_t count = 0, first = 0;  // tokens; those before the document at hand
    std::vector<Sign> signs;

private:
    std::size_t room_ = 0;
};

/// Cuts one document into an output: what has add(hash, begin, end, flags) and add(stretch). Whatever can be is cut a
/// stretch at a time, nearly all there is in languages written in Latin letters; everything else goes code point by
/// code point through the tables.
template <class Output>
class Tokenizer {
public:
    Tokenizer(std::span<const std::uint8_t> text, Output& out)
        : next_(text.data()), end_(text.data() + text.size()), text_(text.data()), out_(out) {}

    /// Adds the document's tokens; returns how many broken sequences were replaced.
    std::int64_t run() {
        if constexpr (with_places) out_.begin_document();
        while (next_ != end_) {
            if (*next_ >= 0x80) {
                take_code_points();
            } else if (ascii_word[*next_]) {
                take_stretch();
            } else {
                if (ascii_sign[*next_]) note(*next_);
                ++next_;
            }
        }
        note('\n');  // a line ends where the text does
        return replaced_;
    }

private:
    /// Whether the output wants to know where tokens stand, and the signs between them.
    static constexpr bool with_places = std::is_same_v<Output, PlacedTokens>;

    void note(std::uint32_t code_point) {
        if constexpr (with_places) out_.signs.push_back({here(), code_point});
    }

    Place here() const {
        std::size_t tokens = 0;
        if constexpr (with_places) tokens = out_.count - out_.first;
        return {static_cast<std::uint32_t>(next_ - text_), static_cast<std::uint32_t>(position(next_)),
                static_cast<std::uint32_t>(tokens)};
    }

    /// Takes the words from next_ on, as far as they can be cut by masks; but one at least.
    void take_stretch() {
        const auto left = static_cast<std::size_t>(end_ - next_);
        if (left >= 64 + readable) {
            Stretch stretch(next_, here());
            cut<with_places>(stretch, (left - readable) / 64);
            take(stretch);
        } else {
            // The end of the text, where no more can be read: behind a copy of it there are blanks.
            std::array<std::uint8_t, 2 * 64 + readable> rest;
            std::fill(std::copy(next_, end_, rest.begin()), rest.end(), ' ');
            Stretch stretch(rest.data(), here());
            cut<with_places>(stretch, 2);
            take(stretch);
        }
    }

    void take(Stretch& stretch) {
        fold_wide_words(stretch);
        out_.add(stretch);
        const std::size_t size = std::min(stretch.size(), static_cast<std::size_t>(end_ - next_));
        next_ += size;
        if constexpr (with_places) {
            const std::size_t position = stretch.end_position() - (stretch.size() - size);
            continuation_bytes_ = static_cast<std::size_t>(next_ - text_) - position;
        }
        if (stretch.stopped || size == 0) take_code_points();
    }

    void fold_wide_words(Stretch& stretch) {
        std::size_t words = 0;  // up to the last one folded
        for (std::size_t i = 0; i < stretch.wide_count; ++i) {
            Stretch::WideWord& wide = stretch.wide[i];
            latin_words_ += wide.word - words;
            words = wide.word + 1;
            open(Class::word, 0, stretch.begin + stretch.bounds[2 * wide.word]);
            last_byte_ = first_byte_;
            append_letters(last_byte_, stretch.begin + stretch.bounds[2 * wide.word + 1]);
            settle_script();
            open_ = Class::separator;
            wide.hash = hash_folded();
            wide.flags = flags_;
        }
        latin_words_ += stretch.words() - words;
    }

    /// Goes on code point by code point until no token is open and the next byte is ASCII.
    void take_code_points() {
        do {
            take_letters();
            if (next_ == end_ || *next_ < 0x80) break;  // an ASCII separator
            const CodePoint c = decode(next_, end_);
            take(c, Entry(c.value));
            replaced_ += !c.valid;
            continuation_bytes_ += c.bytes - 1;
            next_ += c.bytes;
        } while (next_ != end_ && (open_ != Class::separator || *next_ >= 0x80));
        close();
    }

    /// Takes letters of one or two bytes as far as they follow each other.
    void take_letters() {
        const std::uint8_t* const first = next_;
        if (!has_letter(first, end_)) return;
        if (open_ == Class::character) close();
        if (open_ == Class::separator) open(Class::word, position(first), first);
        const std::size_t letters = append_letters(next_, end_);
        continuation_bytes_ += static_cast<std::size_t>(next_ - first) - letters;
        lengthen(position(next_), next_);
    }

    /// Whether a letter of one or two bytes begins at p.
    static bool has_letter(const std::uint8_t* p, const std::uint8_t* end) {
        return p != end && (*p < 0x80 || end - p >= 2) && letter_at(p).size;
    }

    /// Appends what such letters fold to, up to what is none, where p is then; returns how many they are.
    std::size_t append_letters(const std::uint8_t*& p, const std::uint8_t* end) {
        std::size_t letters = 0, size = folded_size_;
        const std::uint8_t* next = p;
        for (; has_letter(next, end); next += *next < 0x80 ? 1 : 2, ++letters) {
            const Letter& letter = letter_at(next);
            write(letter.folded, size);
            size += letter.size;
            base_scripts_ = letter.scripts;
            scripts_ |= letter.scripts;
        }
        folded_size_ = size;
        p = next;
        return letters;
    }

    void take(const CodePoint& c, Entry entry) {
        const std::size_t behind = position(next_) + 1;
        switch (entry.kind()) {
            case Class::separator:
                close();
                note(c.value);
                return;
            case Class::ignorable:
                pending_invisible_ = open_ != Class::separator;
                return;
            case Class::dropped_mark:
                if (open_ != Class::separator) lengthen(behind, next_ + c.bytes);
                return;
            case Class::mark:
                if (open_ == Class::separator) return;
                lengthen(behind, next_ + c.bytes);
                if (!(entry.droppable() && base_scripts_)) append(entry);
                return;
            case Class::character:
                close();
                open(Class::character, behind - 1, next_);
                break;
            case Class::word:
                if (open_ == Class::character) close();
                if (open_ == Class::separator) open(Class::word, behind - 1, next_);
                break;
        }
        lengthen(behind, next_ + c.bytes);
        append(entry);
        base_scripts_ = entry.scripts();
        scripts_ |= base_scripts_;
    }

    void open(Class kind, std::size_t position, const std::uint8_t* first) {
        open_ = kind;
        begin_ = position;
        first_byte_ = first;
        scripts_ = 0;
        flags_ = kind == Class::character ? flag_character : 0;
        folded_size_ = 0;
    }

    void lengthen(std::size_t position, const std::uint8_t* last) {
        token_end_ = position;
        last_byte_ = last;
        if (pending_invisible_) flags_ |= flag_invisible;
        pending_invisible_ = false;
    }

    void append(Entry entry) {
        entry.fold([this](std::uint32_t folded) { append(folded); });
    }

    void append(std::uint32_t folded) {
        const Encoded code_point = encoded(folded);
        write(code_point.bytes, folded_size_);
        folded_size_ += code_point.size;
    }

    /// Eight bytes at a time, as they are read again to be hashed: so a processor has them at hand.
    void write(std::uint64_t bytes, std::size_t at) {
        if (folded_.size() < at + 16) folded_.resize(2 * folded_.size() + 64);  // so many are read of a short word
        std::memcpy(folded_.data() + at, &bytes, sizeof bytes);
    }

    void close() {
        pending_invisible_ = false;
        if (open_ == Class::separator) return;
        if (open_ == Class::word) settle_script();
        open_ = Class::separator;
        out_.add(hash_folded(), begin_, token_end_, flags_);
    }

    std::uint64_t hash_folded() const {
        const std::uint8_t* const p = folded_.data();
        return folded_size_ <= 16 ? short_word_hash(p, folded_size_, 0) : word_hash(p, folded_size_);
    }

    /// Writes a word with letters of other scripts in Latin if it can be written so and nearly all words before it are
    /// Latin: "саре" is a cape among English words. Else a word of several scripts is written in one of them.
    void settle_script() {
        const bool several = scripts_ & (scripts_ - 1);
        if ((scripts_ & ~latin) && latin_words_ > latin_text * (other_words_ + 1) && writable(latin)) {
            write_in(latin);
        } else if (several) {
            unify_scripts();
        }
        (scripts_ & ~latin ? other_words_ : latin_words_) += 1;
    }

    /// Writes a word of several scripts in the one of them in which all its letters exist or have a look-alike;
    /// of several such, the one most of its letters belong to.
    void unify_scripts() {
        std::uint32_t best = 0;
        std::size_t most = 0;
        for (const std::uint32_t script : {latin, cyrillic, greek}) {
            const std::size_t native = letters_of(script);
            if (native > most) {
                most = native;
                best = script;
            }
        }
        if (!best) return;
        write_in(best);
    }

    void write_in(std::uint32_t script) {
        flags_ |= flag_mixed_script;
        scripts_ = script;
        folded_size_ = 0;
        std::uint32_t base_scripts = 0;
        for_each_code_point([&](std::uint32_t c, Entry entry) {
            if (entry.kind() == Class::mark) {
                if (!(entry.droppable() && base_scripts)) append(entry);
            } else if (entry.kind() == Class::word) {
                base_scripts = entry.scripts();
                if (writable_as_is(entry, script)) {
                    append(entry);
                } else {
                    append(lookalike(c, script));
                }
            }
        });
    }

    static bool writable_as_is(Entry entry, std::uint32_t script) {
        return entry.scripts() == 0 || (entry.scripts() & script);
    }

    /// Letters of the open word that belong to `script`; 0 if some letter cannot be written in it.
    std::size_t letters_of(std::uint32_t script) const {
        std::size_t native = 0;
        for_each_code_point([&](std::uint32_t, Entry entry) {
            native += entry.kind() == Class::word && (entry.scripts() & script) != 0;
        });
        return writable(script) ? native : 0;
    }

    /// Tells whether all letters of the open word exist in `script` or have a look-alike there.
    bool writable(std::uint32_t script) const {
        bool all = true;
        for_each_code_point([&](std::uint32_t c, Entry entry) {
            all &= entry.kind() != Class::word || writable_as_is(entry, script) || lookalike(c, script);
        });
        return all;
    }

    /// Once more over the code points of the open token.
    template <class Visit>
    void for_each_code_point(Visit&& visit) const {
        for (const std::uint8_t* p = first_byte_; p != last_byte_;) {
            const CodePoint c = decode(p, last_byte_);
            visit(c.value, Entry(c.value));
            p += c.bytes;
        }
    }

    /// Code points before the one that begins at p.
    std::size_t position(const std::uint8_t* p) const {
        return static_cast<std::size_t>(p - text_) - continuation_bytes_;
    }

    static constexpr std::size_t latin_text = 8;  // words in Latin to one that is not, and at the beginning
    static constexpr std::size_t readable = 16;   // bytes that a stretch may read behind its end

    const std::uint8_t* next_;
    const std::uint8_t* const end_;
    const std::uint8_t* const text_;
    Output& out_;
    std::size_t continuation_bytes_ = 0;  // bytes before next_ that begin no code point
    std::int64_t replaced_ = 0;
    std::size_t latin_words_ = 0, other_words_ = 0;  // so far; numbers count as Latin

    Class open_ = Class::separator;  // word or character: the kind of the open token; separator: none is open
    std::size_t begin_ = 0, token_end_ = 0;
    const std::uint8_t *first_byte_ = nullptr, *last_byte_ = nullptr;
    std::uint32_t scripts_ = 0;       // of all its letters
    std::uint32_t base_scripts_ = 0;  // of the last letter, which decides whether a mark is dropped
    std::uint8_t flags_ = 0;
    bool pending_invisible_ = false;    // seen after the open token's end; inside only if the token goes on
    std::vector<std::uint8_t> folded_;  // of which the first folded_size_ bytes are the open token's
    std::size_t folded_size_ = 0;
};

/// The tokens of the rows of `text` for which `wanted` is not 0; the others come out empty.
inline Tokens tokenize(std::span<const std::uint8_t> text, Offsets offsets, std::span<const std::uint8_t> wanted,
                       int threads) {
    const std::vector<std::int64_t> work = only(offsets, wanted);
    const std::vector<Rows> units = units_of(work, std::int64_t{1} << 16);
    const std::size_t documents = offsets.size() - 1;
    const std::size_t most = most_tokens(static_cast<std::size_t>(work.back()), documents);
    Tokens tokens{Column<std::uint64_t>(most),
                  Column<std::int32_t>(most),
                  Column<std::int32_t>(most),
                  Column<std::uint8_t>(most),
                  std::vector<std::int64_t>(documents + 1),
                  std::vector<std::int64_t>(documents)};
    InOrder order;
    std::size_t total = 0;

    for_each_unit(
        units.size(), threads, [] { return PlacedTokens(); },
        [&](std::size_t u, PlacedTokens& of_unit) {
            InOrder::Turn turn(order, u);
            const Rows rows = units[u];
            const auto bytes = static_cast<std::size_t>(work[rows.end] - work[rows.begin]);
            of_unit.clear(most_tokens(bytes, rows.end - rows.begin));
            for (std::size_t d = rows.begin; d < rows.end; ++d) {
                if (!wanted[d]) continue;
                const std::size_t before = of_unit.count;
                const std::span<const std::uint8_t> document = row(text, offsets, d);
                tokens.replaced[d] = Tokenizer(document, of_unit).run();
                const std::span begin(std::as_const(of_unit.begin).get() + before, of_unit.count - before);
                const std::span flags(of_unit.flags.get() + before, begin.size());
                mark_quotations(document, of_unit.signs, std::span<const std::int32_t>(begin), flags);
                mark_sentences(of_unit.signs, begin, flags);
                tokens.offsets[d + 1] = static_cast<std::int64_t>(of_unit.count - before);
            }
            assert(of_unit.count <= most_tokens(bytes, rows.end - rows.begin));
            std::size_t at = 0;
            turn.pass([&] { at = std::exchange(total, total + of_unit.count); });
            tokens.hash.write(at, of_unit.hash.get(), of_unit.count);
            tokens.begin.write(at, of_unit.begin.get(), of_unit.count);
            tokens.end.write(at, of_unit.end.get(), of_unit.count);
            tokens.flags.write(at, of_unit.flags.get(), of_unit.count);
        });

    accumulate(tokens.offsets);
    tokens.hash.finish(total);
    tokens.begin.finish(total);
    tokens.end.finish(total);
    tokens.flags.finish(total);
    return tokens;
}

}  // namespace reuse
