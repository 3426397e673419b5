// SPDX-License-Identifier: Apache-2.0
// Texts to tokens: words folded and hashed, with their spans in code points. See README.md, "Tokens".
#pragma once

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "column.hpp"
#include "folding.hpp"
#include "hash.hpp"
#include "isa.hpp"
#include "parallel.hpp"
#include "ragged.hpp"
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

/// Of 64 bytes, in their order: which are ASCII letters or digits, and which are not ASCII.
struct ByteMasks {
    std::uint64_t words, beyond;
};

#ifdef __SSE2__
inline ByteMasks masks_of(const std::uint8_t* p) {
    // Bytes below `count` from `first` on, by one signed comparison: moved to the bottom of the signed range.
    const auto within = [](__m128i bytes, char first, char count) {
        const __m128i moved = _mm_add_epi8(bytes, _mm_set1_epi8(static_cast<char>(-128 - first)));
        return _mm_cmplt_epi8(moved, _mm_set1_epi8(static_cast<char>(-128 + count)));
    };
    ByteMasks masks{0, 0};
    for (int i = 0; i < 4; ++i) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + 16 * i));
        const __m128i lower = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
        const __m128i words = _mm_or_si128(within(lower, 'a', 26), within(bytes, '0', 10));
        masks.words |= static_cast<std::uint64_t>(_mm_movemask_epi8(words)) << (16 * i);
        masks.beyond |= static_cast<std::uint64_t>(_mm_movemask_epi8(bytes)) << (16 * i);
    }
    return masks;
}
#else
inline ByteMasks masks_of(const std::uint8_t* p) {
    ByteMasks masks{0, 0};
    for (int i = 0; i < 64; ++i) {
        masks.words |= std::uint64_t{ascii_word[p[i]]} << i;
        masks.beyond |= std::uint64_t{p[i] >> 7} << i;
    }
    return masks;
}
#endif

/// Writes where the ASCII words begin and end, by turns, in up to `blocks` blocks of 64 bytes; stops at the first byte
/// beyond ASCII. No word is open before the first byte. Returns how many bounds there are, and sets `bytes` to how many
/// bytes were looked at. `bounds` has room for one for each byte and 8 more.
REUSE_FOR_EACH_ISA inline std::size_t bounds_of_words(const std::uint8_t* p, std::size_t blocks, std::uint32_t* bounds,
                                                      std::size_t& bytes) {
    std::size_t count = 0;
    std::uint64_t open = 0;
    for (std::size_t block = 0; block < blocks; ++block) {
        const auto [words, beyond] = masks_of(p + 64 * block);
        const std::uint64_t before = beyond ? (beyond & -beyond) - 1 : ~std::uint64_t{0};
        std::uint64_t changes = (words ^ (words << 1 | open)) & before;
        const auto found = static_cast<std::size_t>(std::popcount(changes));
        // Eight at a time, whether or not there are as many: nobody can foresee how many there are.
        for (std::size_t i = 0; i < found; i += 8) {
            for (std::size_t j = 0; j < 8; ++j, changes &= changes - 1) {
                bounds[count + i + j] = static_cast<std::uint32_t>(64 * block + std::countr_zero(changes));
            }
        }
        count += found;
        if (beyond) {
            bytes = 64 * block + static_cast<std::size_t>(std::countr_zero(beyond));
            return count;
        }
        open = words >> 63;
    }
    bytes = 64 * blocks;
    return count;
}

/// The hashes of words that begin and end at bounds by turns; 16 bytes can be read from each beginning.
REUSE_FOR_EACH_ISA inline void hash_words(const std::uint8_t* p, const std::uint32_t* bounds, std::size_t words,
                                          std::uint64_t* hashes) {
    for (std::size_t i = 0; i < words; ++i) {
        const std::uint32_t begin = bounds[2 * i], length = bounds[2 * i + 1] - begin;
        hashes[i] = length <= 16 ? short_ascii_word_hash(p + begin, length) : ascii_word_hash(p + begin, length, true);
    }
}

/// The words of a stretch of ASCII.
struct Stretch {
    static constexpr std::size_t most_blocks = 32;

    /// Cuts up to `blocks` blocks at p, behind which 16 bytes can be read.
    Stretch(const std::uint8_t* text, std::size_t blocks)
        : p(text), count(bounds_of_words(text, std::min(blocks, most_blocks), bounds, bytes)) {}

    std::size_t words() const { return count / 2; }
    /// Bytes up to the end, or to where a word begins that may go on behind it.
    std::size_t size() const { return count % 2 ? bounds[count - 1] : bytes; }
    void hash(std::uint64_t* hashes) const { hash_words(p, bounds, words(), hashes); }

    const std::uint8_t* p;
    std::size_t bytes = 0;
    std::uint32_t bounds[64 * most_blocks + 8];
    std::size_t count;
};

/// The tokens of one unit of work, with room for the most it can have, so that nothing is checked while writing.
class TokenRoom {
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

    void add(std::uint64_t token_hash, std::size_t token_begin, std::size_t token_end, std::uint8_t token_flags) {
        hash[count] = token_hash;
        begin[count] = static_cast<std::int32_t>(token_begin);
        end[count] = static_cast<std::int32_t>(token_end);
        flags[count] = token_flags;
        ++count;
    }

    void add(const Stretch& stretch, std::size_t position) {
        const std::size_t words = stretch.words();
        stretch.hash(hash.get() + count);
        for (std::size_t i = 0; i < words; ++i) {
            begin[count + i] = static_cast<std::int32_t>(position + stretch.bounds[2 * i]);
            end[count + i] = static_cast<std::int32_t>(position + stretch.bounds[2 * i + 1]);
        }
        std::fill_n(flags.get() + count, words, std::uint8_t{0});
        count += words;
    }

    std::unique_ptr<std::uint64_t[]> hash;
    std::unique_ptr<std::int32_t[]> begin, end;
    std::unique_ptr<std::uint8_t[]> flags;
    std::size_t count = 0;

private:
    std::size_t room_ = 0;
};

/// Cuts one document into a room: what has add(hash, begin, end, flags) and add(stretch, position). ASCII words that
/// end before an ASCII separator, nearly all there are in English, are cut a stretch at a time; everything else goes
/// code point by code point through the tables.
template <class Room>
class Tokenizer {
public:
    Tokenizer(std::span<const std::uint8_t> text, Room& out)
        : next_(text.data()), end_(text.data() + text.size()), text_(text.data()), out_(out) {}

    /// Adds the document's tokens to the room; returns how many broken sequences were replaced.
    std::int64_t run() {
        while (next_ != end_) {
            if (*next_ >= 0x80) {
                take_code_points();
            } else if (!ascii_word[*next_]) {
                ++next_;
            } else if (!take_ascii_words() && !take_ascii_word()) {
                take_code_points();
            }
        }
        return replaced_;
    }

private:
    /// Takes the ASCII words from next_ on that end before an ASCII separator, as far as they follow each other; false
    /// if there is none.
    bool take_ascii_words() {
        const auto left = static_cast<std::size_t>(end_ - next_);
        if (left >= 64 + readable) return take(Stretch(next_, (left - readable) / 64));
        // The end of the text, where no more can be read: behind a copy of it there are separators.
        std::array<std::uint8_t, 2 * 64 + readable> rest{};
        std::copy(next_, end_, rest.begin());
        return take(Stretch(rest.data(), 2));
    }

    bool take(const Stretch& stretch) {
        if (stretch.words() == 0) return false;
        out_.add(stretch, position(next_));
        latin_words_ += stretch.words();
        next_ += std::min(stretch.size(), static_cast<std::size_t>(end_ - next_));
        return true;
    }

    /// Takes the ASCII word at next_, if it is one and an ASCII separator or the document's end follows.
    bool take_ascii_word() {
        const std::uint8_t* stop = next_;
        while (stop != end_ && ascii_word[*stop]) ++stop;
        if (stop == next_ || (stop != end_ && *stop >= 0x80 && !separates(stop))) return false;
        const auto length = static_cast<std::size_t>(stop - next_);
        const std::size_t begin = position(next_);
        out_.add(ascii_word_hash(next_, length, end_ - stop >= 8), begin, begin + length, 0);
        ++latin_words_;
        next_ = stop;
        return true;
    }

    /// Curly quotes and dashes: what follows most ASCII words that no ASCII separator follows.
    bool separates(const std::uint8_t* p) const {
        const CodePoint c = decode(p, end_);
        return c.valid && Entry(c.value).kind() == Class::separator;
    }

    /// Goes on code point by code point until no token is open and the next byte is ASCII.
    void take_code_points() {
        do {
            const CodePoint c = decode(next_, end_);
            take(c, Entry(c.value));
            replaced_ += !c.valid;
            continuation_bytes_ += c.bytes - 1;
            next_ += c.bytes;
        } while (next_ != end_ && (open_ != Class::separator || *next_ >= 0x80));
        close();
    }

    void take(const CodePoint& c, Entry entry) {
        const std::size_t here = position(next_);
        switch (entry.kind()) {
            case Class::separator:
                close();
                return;
            case Class::ignorable:
                pending_invisible_ = open_ != Class::separator;
                return;
            case Class::dropped_mark:
                if (open_ != Class::separator) lengthen(here, c.bytes);
                return;
            case Class::mark:
                if (open_ == Class::separator) return;
                lengthen(here, c.bytes);
                if (!(entry.droppable() && base_scripts_)) append(entry);
                return;
            case Class::character:
                close();
                open(Class::character, here);
                break;
            case Class::word:
                if (open_ == Class::character) close();
                if (open_ == Class::separator) open(Class::word, here);
                break;
        }
        lengthen(here, c.bytes);
        append(entry);
        base_scripts_ = entry.scripts();
        scripts_ |= base_scripts_;
    }

    void open(Class kind, std::size_t here) {
        open_ = kind;
        begin_ = here;
        first_byte_ = next_;
        scripts_ = 0;
        flags_ = kind == Class::character ? flag_character : 0;
        folded_size_ = 0;
    }

    void lengthen(std::size_t here, std::uint32_t bytes) {
        token_end_ = here + 1;
        last_byte_ = next_ + bytes;
        if (pending_invisible_) flags_ |= flag_invisible;
        pending_invisible_ = false;
    }

    void append(Entry entry) {
        entry.fold([this](std::uint32_t folded) { append(folded); });
    }

    void append(std::uint32_t folded) {
        if (folded_.size() < folded_size_ + 4) folded_.resize(2 * folded_.size() + 64);
        folded_size_ = static_cast<std::size_t>(encode(folded, folded_.data() + folded_size_) - folded_.data());
    }

    void close() {
        pending_invisible_ = false;
        if (open_ == Class::separator) return;
        if (open_ == Class::word) settle_script();
        open_ = Class::separator;
        out_.add(word_hash(folded_.data(), folded_size_), begin_, token_end_, flags_);
    }

    /// Writes a word with letters of other scripts in Latin if it can be written so and nearly all words before it are
    /// Latin: "саре" is a cape among English words. Else a word of several scripts is written in one of them.
    void settle_script() {
        if ((scripts_ & ~latin) && latin_words_ > latin_text * (other_words_ + 1) && writable(latin)) {
            write_in(latin);
        } else if (std::popcount(scripts_) > 1) {
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
    Room& out_;
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
        units.size(), threads, [] { return TokenRoom(); },
        [&](std::size_t u, TokenRoom& room) {
            InOrder::Turn turn(order, u);
            const Rows rows = units[u];
            const auto bytes = static_cast<std::size_t>(work[rows.end] - work[rows.begin]);
            room.clear(most_tokens(bytes, rows.end - rows.begin));
            for (std::size_t d = rows.begin; d < rows.end; ++d) {
                if (!wanted[d]) continue;
                const std::size_t before = room.count;
                tokens.replaced[d] = Tokenizer(row(text, offsets, d), room).run();
                tokens.offsets[d + 1] = static_cast<std::int64_t>(room.count - before);
            }
            assert(room.count <= most_tokens(bytes, rows.end - rows.begin));
            std::size_t at = 0;
            turn.pass([&] { at = std::exchange(total, total + room.count); });
            tokens.hash.write(at, room.hash.get(), room.count);
            tokens.begin.write(at, room.begin.get(), room.count);
            tokens.end.write(at, room.end.get(), room.count);
            tokens.flags.write(at, room.flags.get(), room.count);
        });

    accumulate(tokens.offsets);
    tokens.hash.finish(total);
    tokens.begin.finish(total);
    tokens.end.finish(total);
    tokens.flags.finish(total);
    return tokens;
}

}  // namespace reuse
