// SPDX-License-Identifier: Apache-2.0
// Stretches of text cut into words 64 bytes at a time, by bit masks.
#pragma once

#ifdef __x86_64__
#include <immintrin.h>
#endif

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "folding.hpp"
#include "hash.hpp"
#include "isa.hpp"
#include "signs.hpp"
#include "utf8.hpp"

namespace reuse {

/// Of 64 bytes, in their order: which are ASCII letters or digits, which are not ASCII, and which may be ASCII signs.
struct ByteMasks {
    std::uint64_t words, beyond, signs;
};

/// What is done with 64 bytes, on any processor.
struct Portable {
#ifdef __SSE2__
    static ByteMasks masks(const std::uint8_t* p) {
        ByteMasks masks{0, 0, 0};
        std::uint64_t frequent = 0;
        for (int i = 0; i < 4; ++i) {
            const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + 16 * i));
            const __m128i lower = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
            masks.words |= bits(_mm_or_si128(within(lower, 'a', 26), within(bytes, '0', 10))) << (16 * i);
            masks.beyond |= bits(bytes) << (16 * i);
            frequent |= bits(_mm_or_si128(within(bytes, ' ', 1), within(bytes, ',', 1))) << (16 * i);
        }
        masks.signs = ~(masks.words | masks.beyond | frequent);
        return masks;
    }

    /// Bytes below `count` from `first` on, by one signed comparison: moved to the bottom of the signed range.
    static __m128i within(__m128i bytes, char first, char count) {
        const __m128i moved = _mm_add_epi8(bytes, _mm_set1_epi8(static_cast<char>(-128 - first)));
        return _mm_cmplt_epi8(moved, _mm_set1_epi8(static_cast<char>(-128 + count)));
    }

    static std::uint64_t bits(__m128i bytes) { return static_cast<std::uint64_t>(_mm_movemask_epi8(bytes)); }
#else
    static ByteMasks masks(const std::uint8_t* p) {
        ByteMasks masks{0, 0, 0};
        for (int i = 0; i < 64; ++i) {
            masks.words |= std::uint64_t{ascii_word[p[i]]} << i;
            masks.beyond |= std::uint64_t{p[i] >= 0x80} << i;
            masks.signs |= std::uint64_t{p[i] < 0x80 && ascii_sign[p[i] & 0x7F]} << i;
        }
        return masks;
    }
#endif

    /// Writes where the bits of a mask are, with `shift` added; and, if they are wanted, the same with another shift.
    /// There is room for 64 numbers, however many bits there are.
    template <bool both>
    static void write(std::uint64_t mask, std::uint32_t shift, std::uint32_t* out, std::uint32_t other_shift,
                      std::uint32_t* other_out) {
        const int count = std::popcount(mask);
        // Eight at a time, whether or not there are as many: nobody can foresee how many there are.
        for (int i = 0; i < count; i += 8) {
            for (int j = 0; j < 8; ++j, mask &= mask - 1) {
                const auto bit = static_cast<std::uint32_t>(std::countr_zero(mask));
                out[i + j] = shift + bit;
                if (both) other_out[i + j] = other_shift + bit;
            }
        }
    }
};

#ifdef REUSE_AVX512
/// The same with AVX-512.
struct Avx512 {
    REUSE_AVX512 static ByteMasks masks(const std::uint8_t* p) {
        const __m512i bytes = _mm512_loadu_si512(p);
        const __m512i lower = _mm512_or_si512(bytes, _mm512_set1_epi8(0x20));
        const std::uint64_t beyond = _mm512_movepi8_mask(bytes);
        const __m512i signs = _mm512_permutex2var_epi8(_mm512_loadu_si512(ascii_sign.data()), bytes,
                                                       _mm512_loadu_si512(ascii_sign.data() + 64));
        return {within(lower, 'a', 26) | within(bytes, '0', 10), beyond, _mm512_test_epi8_mask(signs, signs) & ~beyond};
    }

    REUSE_AVX512 static std::uint64_t within(__m512i bytes, char first, char count) {
        return _mm512_cmplt_epu8_mask(_mm512_sub_epi8(bytes, _mm512_set1_epi8(first)), _mm512_set1_epi8(count));
    }

    template <bool both>
    REUSE_AVX512 static void write(std::uint64_t mask, std::uint32_t shift, std::uint32_t* out,
                                   std::uint32_t other_shift, std::uint32_t* other_out) {
        const __m512i bits = _mm512_maskz_compress_epi8(mask, _mm512_loadu_si512(ascending.data()));
        add(_mm512_castsi512_si128(bits), shift, out);
        add(_mm512_extracti32x4_epi32(bits, 1), shift, out + 16);
        if (both) add(_mm512_castsi512_si128(bits), other_shift, other_out);
        if (both) add(_mm512_extracti32x4_epi32(bits, 1), other_shift, other_out + 16);
        if (std::popcount(mask) <= 32) return;
        add(_mm512_extracti32x4_epi32(bits, 2), shift, out + 32);
        add(_mm512_extracti32x4_epi32(bits, 3), shift, out + 48);
        if (both) add(_mm512_extracti32x4_epi32(bits, 2), other_shift, other_out + 32);
        if (both) add(_mm512_extracti32x4_epi32(bits, 3), other_shift, other_out + 48);
    }

    REUSE_AVX512 static void add(__m128i bytes, std::uint32_t shift, std::uint32_t* out) {
        const __m512i shifts = _mm512_set1_epi32(static_cast<int>(shift));
        _mm512_storeu_si512(out, _mm512_add_epi32(_mm512_cvtepu8_epi32(bytes), shifts));
    }

    static constexpr std::array<std::uint8_t, 64> ascending = [] {
        std::array<std::uint8_t, 64> numbers{};
        for (std::size_t i = 0; i < 64; ++i) numbers[i] = static_cast<std::uint8_t>(i);
        return numbers;
    }();
};
#endif

/// A stretch of text cut into words: ASCII, letters of two bytes and separators of any size, up to what is neither.
struct Stretch {
    static constexpr std::size_t most_blocks = 16, most_bytes = 64 * most_blocks;

    /// A word with letters beyond ASCII, by its number, and what the tokenizer makes of it.
    struct WideWord {
        std::uint64_t hash;
        std::uint32_t word;
        std::uint8_t flags;
    };

    /// At a place of a document. No word is open before its first byte.
    Stretch(const std::uint8_t* text, const Place& place) : begin(text), at(place) {}

    std::size_t words() const { return bounds_count / 2; }
    /// Bytes up to its end, or to where a word begins that may go on behind it.
    std::size_t size() const { return bounds_count % 2 ? bounds[bounds_count - 1] : bytes; }
    /// The code point of the document where that is.
    std::uint32_t end_position() const { return bounds_count % 2 ? places[bounds_count - 1] : position; }
    void hash(std::uint64_t* hashes) const;

    const std::uint8_t* const begin;
    const Place at;
    std::size_t bytes = 0;       // where it ends
    std::uint32_t position = 0;  // the code point of the document where that is
    bool stopped = false;        // for it ends before what is not cut by masks
    std::size_t bounds_count = 0, wide_count = 0, signs_count = 0;
    // Where words begin and end, by turns: in bytes of the stretch, and in code points of the document.
    std::uint32_t bounds[most_bytes + 64], places[most_bytes + 64];
    WideWord wide[most_bytes / 2];
    Sign signs[most_bytes];
};

/// Cuts a stretch. Who wants nothing but hashes needs neither places nor signs.
template <class Isa, bool with_places>
class Cutter {
public:
    explicit Cutter(Stretch& out) : out_(out), shift_(out.at.position) {}

    /// Cuts up to so many blocks of 64 bytes, behind which 16 can be read.
    [[gnu::always_inline]] inline void run(std::size_t blocks) {
        std::uint64_t open = 0;
        for (; begin_ < 64 * blocks && !stopped(); begin_ += 64) {
            const ByteMasks masks = Isa::masks(out_.begin + begin_);
            words_ = masks.words;
            letters_ = separators_ = continuation_ = 0;
            if (masks.beyond | carried_) classify(masks.beyond);
            changes_ = (words_ ^ (words_ << 1 | open)) & before_;
            open = words_ >> 63;
            write_bounds();
            if (letters_) note_wide_words();
            if (with_places) note_signs((masks.signs & before_) | separators_);
            count_ += static_cast<std::size_t>(std::popcount(changes_));
            shift_ -= static_cast<std::uint32_t>(std::popcount(continuation_));
        }
        finish();
    }

private:
    /// More bytes beyond ASCII in a block than these are better taken code point by code point.
    static constexpr int most_beyond = 32;

    bool stopped() const { return ~before_ != 0; }

    /// Says of the bytes beyond ASCII what they are, up to the first that are neither letters of two bytes nor a
    /// separator.
    void classify(std::uint64_t beyond) {
        continuation_ = carried_;
        if (carried_letter_) words_ |= carried_;
        beyond &= ~carried_;
        if (std::popcount(beyond) > most_beyond) return stop(carried_);
        carried_ = 0;
        while (beyond) {
            const std::uint64_t bit = beyond & -beyond;
            const int i = std::countr_zero(beyond);
            const std::uint8_t* const p = out_.begin + begin_ + i;
            const bool letter = letter_at(p).size != 0;
            std::uint32_t size = 2;
            if (letter) {
                letters_ |= bit;
                words_ |= 3 * bit;
            } else {
                const CodePoint c = decode(p, p + 4);
                if (!c.valid || Entry(c.value).kind() != Class::separator) return stop(bit - 1);
                separators_ |= bit;
                size = c.bytes;
            }
            const std::uint64_t its = (std::uint64_t{1} << size) - 1;
            continuation_ |= (its - 1) << i;
            beyond &= ~(its << i);
            if (i + static_cast<int>(size) > 64) {
                carried_ = its >> (64 - i);
                carried_letter_ = letter;
            }
        }
    }

    void stop(std::uint64_t before) { before_ = before; }

    [[gnu::always_inline]] inline void write_bounds() {
        std::uint32_t *const bounds = out_.bounds + count_, *const places = out_.places + count_;
        const auto shift = static_cast<std::uint32_t>(begin_);
        Isa::template write<with_places>(changes_, shift, bounds, shift + shift_, places);
        if (!with_places || !continuation_) return;
        const int count = std::popcount(changes_);
        for (int i = 0; i < count; ++i) places[i] = position(bounds[i] - shift);
    }

    /// The code point of the document that begins at a byte of the block.
    std::uint32_t position(std::uint32_t byte) const {
        const int lost = std::popcount(continuation_ & ((std::uint64_t{1} << byte) - 1));
        return static_cast<std::uint32_t>(begin_) + byte + shift_ - static_cast<std::uint32_t>(lost);
    }

    /// Words that end before a byte of the block.
    std::uint32_t words_before(int byte) const {
        const int bounds = std::popcount(changes_ & ((std::uint64_t{2} << byte) - 1));
        return static_cast<std::uint32_t>((count_ + static_cast<std::size_t>(bounds)) / 2);
    }

    void note_wide_words() {
        for (std::uint64_t letters = letters_; letters; letters &= letters - 1) {
            const std::uint32_t word = words_before(std::countr_zero(letters));
            if (!wide_ || out_.wide[wide_ - 1].word != word) out_.wide[wide_++].word = word;
        }
    }

    void note_signs(std::uint64_t signs) {
        for (; signs; signs &= signs - 1) {
            const int i = std::countr_zero(signs);
            const auto byte = static_cast<std::uint32_t>(begin_) + static_cast<std::uint32_t>(i);
            const std::uint8_t* const p = out_.begin + byte;
            const Place place{out_.at.byte + byte, position(static_cast<std::uint32_t>(i)),
                              out_.at.tokens + words_before(i)};
            // Written wherever there may be one, and kept where there is: nobody can foresee that either.
            out_.signs[signs_] = {place, decode(p, p + 4).value};
            signs_ += *p >= 0x80 || ascii_sign[*p];
        }
    }

    void finish() {
        const bool all = !stopped();
        const auto beyond = static_cast<std::size_t>(std::popcount(all ? carried_ : before_));
        out_.bytes = (all ? begin_ : begin_ - 64) + beyond;
        out_.position = static_cast<std::uint32_t>(all ? begin_ : out_.bytes) + shift_;
        out_.stopped = !all;
        out_.bounds_count = count_;
        out_.signs_count = signs_;
        const bool open = wide_ && out_.wide[wide_ - 1].word == count_ / 2;
        out_.wide_count = wide_ - open;
    }

    Stretch& out_;
    std::size_t begin_ = 0;  // of the block
    std::size_t count_ = 0, wide_ = 0, signs_ = 0;
    std::uint32_t shift_;  // from bytes of the stretch to code points of the document, modulo 2^32
    // Of the block's bytes: what is in words, where letters and separators beyond ASCII begin and what is theirs
    // besides, where words begin and end, and what is cut.
    std::uint64_t words_ = 0, letters_ = 0, separators_ = 0, continuation_ = 0, changes_ = 0,
                  before_ = ~std::uint64_t{0};
    // Of the next block's bytes: those of a code point that begins in this one.
    std::uint64_t carried_ = 0;
    bool carried_letter_ = false;
};

template <bool with_places>
REUSE_FOR_EACH_ISA void cut_anywhere(Stretch& out, std::size_t blocks) {
    Cutter<Portable, with_places>(out).run(blocks);
}

#ifdef REUSE_AVX512
template <bool with_places>
REUSE_AVX512 void cut_with_avx512(Stretch& out, std::size_t blocks) {
    Cutter<Avx512, with_places>(out).run(blocks);
}
#endif

/// Cuts up to so many blocks of 64 bytes, behind which 16 can be read.
template <bool with_places>
void cut(Stretch& out, std::size_t blocks) {
    blocks = std::min(blocks, Stretch::most_blocks);
#ifdef REUSE_AVX512
    if (has_avx512()) return cut_with_avx512<with_places>(out, blocks);
#endif
    cut_anywhere<with_places>(out, blocks);
}

/// What the hash of a word of so many bytes takes.
struct WordLength {
    std::uint64_t start, first_mask, second_mask, second_multiplier;
};

/// Of up to 16 bytes. In text nobody can foresee how long the next word is: so all are multiplied twice, short ones by
/// 1 the second time, which leaves their hash as it is.
constexpr std::array<WordLength, 17> word_lengths = [] {
    const auto mask = [](std::size_t bytes) { return bytes ? ~std::uint64_t{0} >> (64 - 8 * bytes) : 0; };
    std::array<WordLength, 17> lengths{};
    for (std::size_t n = 0; n <= 16; ++n) {
        const std::size_t first = std::min<std::size_t>(n, 8), second = n - first;
        lengths[n] = {word_basis + n, mask(first), mask(second), second ? word_multiplier : 1};
    }
    return lengths;
}();

/// word_hash of n <= 16 bytes where 16 can be read, the bits of `fold` set in each eight.
inline std::uint64_t short_word_hash(const std::uint8_t* p, std::size_t n, std::uint64_t fold) {
    const WordLength& length = word_lengths[n];
    const std::uint64_t first = (load8(p) | fold) & length.first_mask;
    const std::uint64_t second = (load8(p + 8) | fold) & length.second_mask;
    return multiply_fold(multiply_fold(length.start ^ first, word_multiplier) ^ second, length.second_multiplier);
}

/// The hashes of words that begin and end at bounds by turns; 16 bytes can be read from each beginning.
REUSE_FOR_EACH_ISA inline void hash_words(const std::uint8_t* p, const std::uint32_t* bounds, std::size_t words,
                                          std::uint64_t* hashes) {
    for (std::size_t i = 0; i < words; ++i) {
        const std::uint8_t* const word = p + bounds[2 * i];
        const std::size_t n = bounds[2 * i + 1] - bounds[2 * i];
        hashes[i] = n <= 16 ? short_word_hash(word, n, ascii_lower) : ascii_word_hash(word, n);
    }
}

/// Writes the hashes of its words.
inline void Stretch::hash(std::uint64_t* hashes) const {
    hash_words(begin, bounds, words(), hashes);
    for (std::size_t i = 0; i < wide_count; ++i) hashes[wide[i].word] = wide[i].hash;
}

}  // namespace reuse
