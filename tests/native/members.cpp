// SPDX-License-Identifier: Apache-2.0
// Length: 300
// Share: 3
// `members` and `shingles_among` against std::set.
#include "members.hpp"

#include "naive/endless.hpp"
#include "naive/made.hpp"
#include "naive/shingle.hpp"

namespace {

bool too_many_are_refused() {
    try {
        const reuse::Ascending too_many(naive::endless<std::uint64_t>(std::size_t{1} << 32));
    } catch (const std::length_error&) {
        return true;
    }
    return false;
}

void check_members(Input& input, int threads) {
    // A unit of work is 65,536 hashes.
    const std::size_t most = input.byte() == 255 ? 70'000 : 500;
    const std::vector<std::uint64_t> known = naive::set_of_hashes(input, 500), asked = naive::hashes(input, most);
    const std::set<std::uint64_t> some(known.begin(), known.end());
    std::vector<std::uint8_t> expected;
    for (const std::uint64_t hash : asked) expected.push_back(some.contains(hash));
    must(reuse::members(asked, known, threads) == expected, "which are among those known");

    const reuse::Ascending ascending(known);
    must(ascending.empty() == known.empty(), "whether there are any");
    for (std::size_t place = 0; place < known.size(); ++place) must(ascending.find(known[place]) == place, "places");
}

void check_shingles(Input& input, int threads) {
    const naive::Lengths lengths{1U + input.byte() % 6, 1U + input.byte() % 13};
    naive::Rows<std::uint64_t> documents;
    std::vector<std::uint8_t> flags, wanted;
    const std::size_t most = input.byte() == 255 ? 20'000 : 100;
    for (std::size_t count = 1 + input.byte() % 5; count > 0; --count) {
        documents.add(naive::hashes(input, most));
        wanted.push_back(input.byte() % 4);
        const std::uint8_t flag = input.byte();  // of every token, or of each for itself
        while (flags.size() < documents.values.size()) flags.push_back(flag % 4 ? flag : input.byte());
    }
    // Every so many tokens the shingle from there on is known, and others beside these.
    const std::vector<std::uint64_t> others = naive::hashes(input, 20);
    std::set<std::uint64_t> known(others.begin(), others.end());
    std::vector<std::pair<std::int64_t, std::uint64_t>> all;
    for (std::size_t d = 0; d < documents.count(); ++d) {
        const std::vector<std::uint64_t> tokens = documents.at(d);
        const std::span of_tokens(flags.data() + documents.offsets[d], tokens.size());
        for (std::size_t t = 0; t < tokens.size(); ++t) {
            const auto shingle = naive::shingle_at(t, tokens, of_tokens, lengths);
            if (wanted[d] && shingle) all.emplace_back(documents.offsets[d] + static_cast<std::int64_t>(t), *shingle);
        }
    }
    const std::size_t step = 1 + input.byte();
    for (std::size_t i = 0; i < all.size(); i += step) known.insert(all[i].second);
    std::vector<std::int64_t> expected;
    for (const auto& [token, shingle] : all) {
        if (known.contains(shingle)) expected.push_back(token);
    }
    const std::vector<std::uint64_t> ascending(known.begin(), known.end());
    must(reuse::shingles_among(documents.values, flags, documents.offsets, wanted, ascending,
                               {lengths.word, lengths.character}, threads) == expected,
         "the tokens from which on there is a shingle that is known");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    if (size == 1) must(too_many_are_refused(), "more hashes than 32 bits can number");
    const int threads = naive::threads(input);
    if (input.byte() % 2)
        check_members(input, threads);
    else
        check_shingles(input, threads);
    return 0;
}
