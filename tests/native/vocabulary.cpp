// SPDX-License-Identifier: Apache-2.0
// Covers: vocabulary.hpp, rarity.hpp
// Length: 200
// Share: 120
// `Vocabulary` against std::map; classes of rarity and logarithms against those of the standard library.
#include "vocabulary.hpp"

#include <bit>
#include <map>

#include "naive/made.hpp"
#include "rarity.hpp"

namespace {

void check_words(Input& input) {
    const std::vector<std::uint64_t> words = naive::hashes(input, 300), asked = naive::hashes(input, 300);
    const reuse::Vocabulary vocabulary(words);
    std::map<std::uint64_t, std::uint32_t> rows;
    for (std::size_t w = 0; w < words.size(); ++w) rows[words[w]] = static_cast<std::uint32_t>(w);
    for (const auto& [word, row] : rows) must(vocabulary.row(word) == row, "the row of a word");
    for (const std::uint64_t word : asked) {
        const auto found = rows.find(word);
        must(vocabulary.row(word) == (found == rows.end() ? reuse::Vocabulary::unknown : found->second), "any word");
    }
}

void check_numbers(Input& input) {
    std::uint64_t bits = 0;
    for (int i = 0; i < 8; ++i) bits = bits << 8 | input.byte();
    const double number = std::bit_cast<double>(bits);
    if (std::isnan(number)) return;
    std::uint8_t expected = 0;
    while (expected < reuse::rarest && reuse::frequencies[expected] > number) ++expected;
    must(reuse::rarity_of(number) == expected, "the commonest class no commoner");
    must(std::abs(reuse::frequencies[expected] * std::exp2(expected / 3.0) - 1) < 1e-12, "thirds of powers of two");
    if (!std::isnormal(number) || number < 0) return;
    std::vector<double> logs(1 + input.byte() % 20, number);
    reuse::take_logs(logs);
    for (const double log : logs) {
        must(log == reuse::natural_log(number), "the same bits, one by one");
        must(std::abs(log - std::log(number)) < 1e-9, "the logarithm");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    check_numbers(input);
    check_words(input);
    return 0;
}
