// SPDX-License-Identifier: Apache-2.0
// `shared_runs` against the table of common suffixes: by grams, by the automaton, on one thread and on two.
// Covers: runs.hpp
// Length: 300
// Share: 6
#include "runs.hpp"

#include <limits>

#include "naive/runs.hpp"
#include "pair.hpp"

namespace {

constexpr std::size_t most_tokens = 160, cells = 40'000, most_pairs = 40;
constexpr int most = std::numeric_limits<std::int32_t>::max();

/// Up to 16 one by one, then some that are longer than any phrase.
std::int32_t minimum_of(std::uint8_t byte) { return byte < 240 ? 1 + byte % 16 : byte < 255 ? byte - 200 : most; }

reuse::Runs expected(const Pairs& pairs, std::int32_t minimum) {
    reuse::Runs runs;
    runs.offsets = {0};
    for (std::size_t p = 0; p < pairs.size(); ++p) {
        const naive::Tokens &source = pairs.source(p).tokens, &page = pairs.page(p).tokens;
        const naive::Runs found = naive::shared_runs(source, page, minimum);
        for (const naive::Run& run : found.runs) {
            runs.source_begin.push_back(run.source_begin);
            runs.page_begin.push_back(run.page_begin);
            runs.length.push_back(run.length);
        }
        runs.offsets.push_back(static_cast<std::int64_t>(runs.length.size()));
        runs.longest.push_back(found.longest);
    }
    return runs;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const std::int32_t minimum = minimum_of(input.byte()), few_looks = input.byte() % 16;
    const Pairs pairs(input, most_tokens, most_tokens, cells, most_pairs);
    const Side source(pairs.sources), page(pairs.pages);
    const reuse::Runs wanted = expected(pairs, minimum);
    for (const auto& [looks, threads] : {std::pair{0, 1}, std::pair{few_looks, 2}, std::pair{most, 1}}) {
        const reuse::Runs found = reuse::shared_runs(source.tokens, source.offsets, page.tokens, page.offsets,
                                                     pairs.source_row, pairs.page_row, minimum, looks, threads);
        must(found.longest == wanted.longest, "the longest run of each pair");
        must(found.offsets == wanted.offsets, "how many runs there are");
        must(found.page_begin == wanted.page_begin && found.length == wanted.length, "where runs stand on the page");
        must(found.source_begin == wanted.source_begin, "where runs stand in the source");
    }
    return 0;
}
