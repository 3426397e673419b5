// SPDX-License-Identifier: Apache-2.0
// Texts to tokens: words folded and hashed, with their spans in code points. See README.md, "Tokens".
#pragma once

#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "folding.hpp"
#include "hash.hpp"
#include "parallel.hpp"
#include "ragged.hpp"
#include "utf8.hpp"

namespace reuse {

// Bits of Tokens::flags; reuse/values.py names the same numbers.
constexpr std::uint8_t flag_character = 1, flag_invisible = 2, flag_mixed_script = 4;

struct Tokens {
    std::vector<std::uint64_t> hash;
    std::vector<std::int32_t> begin, end;
    std::vector<std::uint8_t> flags;
    std::vector<std::int64_t> offsets;   // [documents + 1]
    std::vector<std::int64_t> replaced;  // [documents] broken sequences read as U+FFFD
};

/// Room for the tokens of one unit of work, so large that nothing is checked while writing.
class TokenRoom {
public:
    /// Two bytes of a document make at most one token (a letter and a space; a character of a script without
    /// spaces takes three), and its last byte may make one more.
    TokenRoom(std::size_t bytes, std::size_t documents)
        : room_((bytes + documents) / 2 + 1),
          hash(std::make_unique_for_overwrite<std::uint64_t[]>(room_)),
          begin(std::make_unique_for_overwrite<std::int32_t[]>(room_)),
          end(std::make_unique_for_overwrite<std::int32_t[]>(room_)),
          flags(std::make_unique_for_overwrite<std::uint8_t[]>(room_)) {}

    void add(std::uint64_t token_hash, std::size_t token_begin, std::size_t token_end, std::uint8_t token_flags) {
        assert(count < room_);
        hash[count] = token_hash;
        begin[count] = static_cast<std::int32_t>(token_begin);
        end[count] = static_cast<std::int32_t>(token_end);
        flags[count] = token_flags;
        ++count;
    }

private:
    std::size_t room_;

public:
    std::unique_ptr<std::uint64_t[]> hash;
    std::unique_ptr<std::int32_t[]> begin, end;
    std::unique_ptr<std::uint8_t[]> flags;
    std::size_t count = 0;
};

/// Cuts one document. ASCII words that end before an ASCII separator, nearly all there are in English, take a
/// fast path; everything else goes code point by code point through the tables.
class Tokenizer {
public:
    Tokenizer(std::span<const std::uint8_t> text, TokenRoom& room)
        : next_(text.data()), end_(text.data() + text.size()), text_(text.data()), room_(room) {}

    /// Adds the document's tokens to the room; returns how many broken sequences were replaced.
    std::int64_t run() {
        while (next_ != end_) {
            if (!ascii_word[*next_] && *next_ < 0x80) {
                ++next_;
            } else if (!take_ascii_word()) {
                take_code_points();
            }
        }
        return replaced_;
    }

private:
    /// Takes the ASCII word at next_, if it is one and an ASCII separator or the document's end follows.
    bool take_ascii_word() {
        const std::uint8_t* stop = next_;
        while (stop != end_ && ascii_word[*stop]) ++stop;
        if (stop == next_ || (stop != end_ && *stop >= 0x80 && !separates(stop))) return false;
        const auto length = static_cast<std::size_t>(stop - next_);
        const std::size_t begin = position(next_);
        room_.add(ascii_word_hash(next_, length, end_ - stop >= 8), begin, begin + length, 0);
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
        folded_.clear();
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
        std::uint8_t bytes[4];
        folded_.insert(folded_.end(), bytes, encode(folded, bytes));
    }

    void close() {
        pending_invisible_ = false;
        if (open_ == Class::separator) return;
        if (open_ == Class::word && std::popcount(scripts_) > 1) unify_scripts();
        open_ = Class::separator;
        room_.add(word_hash(folded_.data(), folded_.size()), begin_, token_end_, flags_);
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
        flags_ |= flag_mixed_script;
        folded_.clear();
        std::uint32_t base_scripts = 0;
        for_each_code_point([&](std::uint32_t c, Entry entry) {
            if (entry.kind() == Class::mark) {
                if (!(entry.droppable() && base_scripts)) append(entry);
            } else if (entry.kind() == Class::word) {
                base_scripts = entry.scripts();
                if (writable_as_is(entry, best)) {
                    append(entry);
                } else {
                    append(lookalike(c, best));
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
        bool writable = true;
        for_each_code_point([&](std::uint32_t c, Entry entry) {
            if (entry.kind() != Class::word) return;
            native += (entry.scripts() & script) != 0;
            writable &= writable_as_is(entry, script) || lookalike(c, script);
        });
        return writable ? native : 0;
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
    std::size_t position(const std::uint8_t* p) const { return static_cast<std::size_t>(p - text_) - continuation_bytes_; }

    const std::uint8_t* next_;
    const std::uint8_t* const end_;
    const std::uint8_t* const text_;
    TokenRoom& room_;
    std::size_t continuation_bytes_ = 0;  // bytes before next_ that begin no code point
    std::int64_t replaced_ = 0;

    Class open_ = Class::separator;  // word or character: the kind of the open token; separator: none is open
    std::size_t begin_ = 0, token_end_ = 0;
    const std::uint8_t *first_byte_ = nullptr, *last_byte_ = nullptr;
    std::uint32_t scripts_ = 0;       // of all its letters
    std::uint32_t base_scripts_ = 0;  // of the last letter, which decides whether a mark is dropped
    std::uint8_t flags_ = 0;
    bool pending_invisible_ = false;  // seen after the open token's end; inside only if the token goes on
    std::vector<std::uint8_t> folded_;
};

/// The tokens of every row of `text`.
inline Tokens tokenize(std::span<const std::uint8_t> text, Offsets offsets, int threads) {
    struct Unit {
        std::vector<std::uint64_t> hash;
        std::vector<std::int32_t> begin, end;
        std::vector<std::uint8_t> flags;
    };
    const std::size_t documents = offsets.size() - 1;
    const std::vector<Rows> units = units_of(offsets, std::int64_t{1} << 18);
    std::vector<Unit> done(units.size());
    Tokens tokens;
    tokens.offsets.resize(documents + 1);
    tokens.replaced.resize(documents);

    for_each_unit(units.size(), threads, [&](std::size_t u) {
        const Rows rows = units[u];
        TokenRoom room(static_cast<std::size_t>(offsets[rows.end] - offsets[rows.begin]), rows.end - rows.begin);
        for (std::size_t d = rows.begin; d < rows.end; ++d) {
            const std::size_t before = room.count;
            tokens.replaced[d] = Tokenizer(row(text, offsets, d), room).run();
            tokens.offsets[d + 1] = static_cast<std::int64_t>(room.count - before);
        }
        done[u].hash.assign(room.hash.get(), room.hash.get() + room.count);
        done[u].begin.assign(room.begin.get(), room.begin.get() + room.count);
        done[u].end.assign(room.end.get(), room.end.get() + room.count);
        done[u].flags.assign(room.flags.get(), room.flags.get() + room.count);
    });

    accumulate(tokens.offsets);
    gather(done, &Unit::hash, tokens.hash);
    gather(done, &Unit::begin, tokens.begin);
    gather(done, &Unit::end, tokens.end);
    gather(done, &Unit::flags, tokens.flags);
    return tokens;
}

}  // namespace reuse
