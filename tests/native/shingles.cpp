// SPDX-License-Identifier: Apache-2.0
// Shingles of texts and of tokens, and their sets, against runs of tokens hashed one by one and std::set: with
// wide vectors and without, on one thread and on two.
// Covers: shingles.hpp
// Length: 600
// Share: 3.5
#include "both_ways.hpp"
// The headers that are tested
#include <set>

#include "documents.hpp"
#include "naive/shingles.hpp"
#include "shingles.hpp"

namespace {

/// Runs of one length, or of two, of tokens that only their hashes and flags are known of.
void check_runs(Input& input, std::size_t word, std::size_t character) {
    const std::vector<std::uint64_t> tokens = input.hashes(100);
    std::vector<std::uint8_t> flags(tokens.size());
    for (std::uint8_t& flag : flags) flag = input.byte();
    const auto expected = naive::shingles(tokens, flags, word, character);
    std::vector<naive::Shingle> found;
    reuse::ShingleFinder finder({word, character});
    finder.of(tokens, flags, [&](std::size_t i, std::uint64_t hash) { found.push_back({i, hash}); });
    must(found == expected, "the shingles of a row of tokens");

    if (tokens.size() < word) return;
    std::vector<std::uint64_t> runs(tokens.size() - word + 1);
    reuse::hash_runs(tokens.data(), runs.size(), word, runs.data());
    for (std::size_t i = 0; i < runs.size(); ++i)
        must(runs[i] == naive::shingle_hash(std::span(tokens).subspan(i, word)), "the hash of a run");
}

/// Few tokens mostly, and sometimes more than a text has.
std::size_t length(Input& input) { return input.byte() == 255 ? 5000 : 1 + input.byte() % 16; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const std::size_t word = length(input), character = length(input);
    if (input.byte() % 2) check_runs(input, word, character);

    const Documents documents(input, 4000);
    std::vector<std::set<std::uint64_t>> sets;
    for (std::size_t d = 0; d < documents.distinct; ++d) {
        const auto tokens = naive::tokens_of(naive::decoded(documents.row(d)));
        const auto shingles = naive::shingles_of(tokens, word, character);
        sets.emplace_back(shingles.begin(), shingles.end());
    }
    std::vector<std::uint64_t> expected;
    std::vector<std::int64_t> offsets{0};
    for (std::size_t d = 0; d < documents.rows(); ++d) {
        const auto& set = sets[d % documents.distinct];
        if (documents.wanted[d]) expected.insert(expected.end(), set.begin(), set.end());
        offsets.push_back(static_cast<std::int64_t>(expected.size()));
    }
    for (const Way& way : documents.ways()) {
        wide = way.vectors;
        const reuse::Sets found =
            reuse::shingle_sets(documents.text, documents.offsets, documents.wanted, {word, character}, way.threads);
        must(std::equal(found.hash.data(), found.hash.data() + found.hash.size(), expected.begin(), expected.end()),
             "the sets of shingles");
        must(found.offsets == offsets, "where each set begins");
    }
    return 0;
}
