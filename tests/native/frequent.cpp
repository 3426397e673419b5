// SPDX-License-Identifier: Apache-2.0
// `frequent` against counting places one by one, on one thread and on two.
// Covers: frequent.hpp
// Length: 1500
// Share: 50
#include "frequent.hpp"

#include <string_view>

#include "documents.hpp"

namespace {

constexpr std::string_view words[] = {" the ", " of ", " and ", "a", "aa", "a longer one than most of those texts", ""};

/// Some of them, one after another.
struct Words {
    std::vector<std::uint8_t> spelt;
    std::vector<std::int64_t> offsets{0};
    std::vector<std::string_view> all;

    explicit Words(Input& input) {
        for (std::size_t count = input.byte() % 4; count > 0; --count) {
            all.push_back(words[input.byte() % std::size(words)]);
            spelt.insert(spelt.end(), all.back().begin(), all.back().end());
            offsets.push_back(static_cast<std::int64_t>(spelt.size()));
        }
    }
};

bool begins_code_point(std::uint8_t byte) { return byte < 0x80 || byte >= 0xC0; }

/// What of a text lies in its middle, from where a code point begins in it to where the last ends that does.
std::span<const std::uint8_t> middle_of(std::span<const std::uint8_t> text, std::size_t bytes) {
    if (text.size() <= bytes) return text;
    std::vector<std::size_t> bounds;
    const std::size_t begin = (text.size() - bytes) / 2;
    for (std::size_t at = begin; at <= begin + bytes; ++at)
        if (begins_code_point(text[at])) bounds.push_back(at);
    return bounds.empty() ? text.first(0) : text.subspan(bounds.front(), bounds.back() - bounds.front());
}

bool is_frequent(std::span<const std::uint8_t> text, const Words& words, const reuse::FrequencyRule& rule) {
    const auto some = middle_of(text, rule.middle);
    std::size_t points = 0, times = 0;
    for (std::size_t at = 0; at < some.size(); ++at) points += begins_code_point(some[at]);
    for (const std::string_view word : words.all)
        for (std::size_t at = 0; at + word.size() <= some.size(); ++at)
            times += std::equal(word.begin(), word.end(), some.data() + at,
                                [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
    return points > rule.least && times * rule.characters > points;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const std::size_t middle = input.below(3000), characters = input.below(200), least = input.below(80);
    const Words words(input);
    const Documents documents(input, 4000);
    const reuse::FrequencyRule rule{words.spelt, words.offsets, middle, characters, least};
    std::vector<std::uint8_t> expected;
    for (std::size_t d = 0; d < documents.rows(); ++d) {
        const bool first = d < documents.distinct;
        const std::uint8_t its = first && is_frequent(documents.row(d), words, rule);
        expected.push_back(first ? its : expected[d - documents.distinct]);
    }
    for (std::size_t d = 0; d < documents.rows(); ++d) expected[d] &= documents.wanted[d];
    for (const int threads : {1, 2})
        must(reuse::frequent(documents.text, documents.offsets, documents.wanted, rule, threads) == expected,
             "whether words are frequent");
    return 0;
}
