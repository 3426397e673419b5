// SPDX-License-Identifier: Apache-2.0
// Length: 300
// Share: 3
// `retrieve` against maps and sets.
#include "retrieval.hpp"

#include "naive/retrieval.hpp"

namespace {

/// Terms, each of a stretch of the sources, of every source or of every other one and so on.
naive::Holdings holdings(Input& input) {
    naive::Holdings holdings;
    const std::size_t sources = input.byte() == 255 ? 4'096 : 1 + input.byte() % 100;
    for (std::size_t s = 0; s < sources; ++s) holdings.key.push_back(s * 0x9E3779B97F4A7C15 % 8);
    for (const std::uint64_t term : naive::set_of_hashes(input, 40)) {
        std::set<std::int32_t>& having = holdings.sources[term];
        const std::size_t step = 1 + input.byte() % 8;
        const std::size_t begin = input.below(sources), end = begin + input.below(sources - begin + 1);
        for (std::size_t s = begin; s < end; s += step) having.insert(static_cast<std::int32_t>(s));
    }
    return holdings;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const int threads = naive::threads(input);
    const naive::Holdings holdings = ::holdings(input);
    const auto sources = static_cast<std::int64_t>(holdings.key.size());
    const auto more = static_cast<std::int64_t>(input.byte() % 4 ? input.below(60'000) : 0);
    const naive::RetrievalRules rules{.documents = sources + more,
                                      .max_articles = input.below(5'000),
                                      .least = 1U + input.byte() % 4,
                                      .most = input.byte() % 8U};
    naive::Rows<std::uint64_t> pages;
    for (std::size_t count = input.byte() % 6; count > 0; --count) pages.add(naive::hashes(input, 600));

    std::vector<std::uint64_t> terms;
    naive::Rows<std::int32_t> having;
    for (const auto& [term, some] : holdings.sources) {
        terms.push_back(term);
        having.add(some);
    }
    const naive::Retrieval expected = naive::retrieve(holdings, pages, rules);
    const reuse::Retrieved found = reuse::retrieve(
        {terms, having.offsets, having.values, holdings.key}, pages.values, pages.offsets,
        {rules.documents, rules.max_articles, static_cast<std::uint32_t>(rules.least), rules.most}, threads);
    must(found.page == expected.page && found.source == expected.source, "the pairs that are kept");
    must(found.shared == expected.shared && found.score == expected.score, "what they share, and what it weighs");
    must(found.count == expected.count && found.capped == expected.capped, "counts of pairs and of common terms");
    return 0;
}
