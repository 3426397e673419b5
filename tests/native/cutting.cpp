// SPDX-License-Identifier: Apache-2.0
// Stretches cut by bit masks, those of AVX-512 and those of any processor, against one cut code point by code point.
// Covers: cutting.hpp
// Length: 1200
// Share: 20
#include "cutting.hpp"

#include <memory>

#include "documents.hpp"
#include "naive/cutting.hpp"
#include "naive/hash.hpp"

namespace {

/// Where a stretch stands in a document that has texts before it.
constexpr reuse::Place at{1000, 900, 70};

void check_words(naive::Bytes text, const reuse::Stretch& found, const naive::Cut& expected) {
    must(found.stopped == expected.stopped, "whether it ends early");
    must(found.bounds_count == expected.bounds.size(), "how many words there are");
    for (std::size_t i = 0; i < expected.bounds.size(); ++i)
        must(found.bounds[i] == expected.bounds[i].byte, "where a word begins or ends");
    const bool open = expected.bounds.size() % 2;
    must(found.size() == (open ? expected.bounds.back().byte : expected.bytes), "where it ends");

    std::vector<std::uint64_t> hashes(found.words()), own;
    std::size_t wide_words = 0;
    for (std::size_t word = 0; word < found.words(); ++word) {
        std::string folded;
        for (std::size_t i = expected.bounds[2 * word].byte; i < expected.bounds[2 * word + 1].byte; ++i)
            folded += static_cast<char>(text[i] >= 'A' && text[i] <= 'Z' ? text[i] + 32 : text[i]);
        own.push_back(naive::word_hash(folded));
        if (!expected.wide[word]) continue;
        must(wide_words < found.wide_count && found.wide[wide_words].word == word, "which words are wide");
        own.back() = found.wide[wide_words++].hash;
    }
    must(found.wide_count == wide_words, "how many words are wide");
    found.hash(hashes.data());
    must(hashes == own, "the hashes of its words");
}

void check_places(const reuse::Stretch& found, const naive::Cut& expected) {
    for (std::size_t i = 0; i < expected.bounds.size(); ++i)
        must(found.places[i] == at.position + expected.bounds[i].code_point, "the code point of a word's bound");
    const bool open = expected.bounds.size() % 2;
    const std::size_t end = open ? expected.bounds.back().code_point : expected.code_points;
    must(found.end_position() == at.position + end, "the code point where it ends");
    must(found.signs_count == expected.signs.size(), "how many signs there are");
    for (std::size_t i = 0; i < expected.signs.size(); ++i) {
        const reuse::Sign& sign = found.signs[i];
        const naive::SignPlace& its = expected.signs[i];
        must(sign.code_point == its.code_point_value, "a sign");
        must(sign.byte == at.byte + its.byte && sign.position == at.position + its.code_point, "where a sign is");
        must(sign.tokens == at.tokens + its.words, "the words before a sign");
    }
}

template <bool with_places, class Cutting>
void check(naive::Bytes text, std::size_t blocks, const naive::Cut& expected, Cutting&& cutting) {
    const auto stretch = std::make_unique<reuse::Stretch>(text.data(), at);
    for (std::size_t i = 0; i < std::size(stretch->wide); ++i) stretch->wide[i].hash = i;  // the tokenizer's to say
    cutting(*stretch, blocks);
    check_words(text, *stretch, expected);
    if (with_places) check_places(*stretch, expected);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const bool raw = input.byte() == '0';
    constexpr std::size_t readable = 16;
    std::vector<std::uint8_t> text = raw ? std::vector(input.rest().begin(), input.rest().end())
                                         : text_of_pieces(input.rest(), reuse::Stretch::most_bytes + readable);
    if (text.size() < 64 + readable) text.resize(64 + readable, ' ');
    const std::size_t asked = (text.size() - readable) / 64;
    text.resize(64 * asked + readable);
    text.shrink_to_fit();  // so that what reads behind the end is seen
    const std::size_t blocks = std::min(asked, reuse::Stretch::most_blocks);
    const naive::Cut expected = naive::cut(text, blocks);
    check<true>(text, asked, expected, reuse::cut<true>);
    check<true>(text, blocks, expected, reuse::cut_anywhere<true>);
    check<false>(text, blocks, expected, reuse::cut_anywhere<false>);
#ifdef REUSE_AVX512
    if (!reuse::has_avx512()) return 0;
    check<true>(text, blocks, expected, reuse::cut_with_avx512<true>);
    check<false>(text, blocks, expected, reuse::cut_with_avx512<false>);
#endif
    return 0;
}
