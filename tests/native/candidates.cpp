// SPDX-License-Identifier: Apache-2.0
// Length: 400
// Share: 4
// `join` and `collide` against maps and sets.
#include "candidates.hpp"

#include "naive/candidates.hpp"

namespace {

naive::Hashes rows(Input& input) {
    naive::Hashes rows;
    for (std::size_t count = input.below(16); count > 0; --count) rows.add(naive::hashes(input, 40));
    return rows;
}

std::vector<naive::Pair> kept(const reuse::Pairs& pairs, bool with_rarity) {
    const std::size_t count = pairs.source.size();
    must(pairs.page.size() == count && pairs.shared.size() == count && pairs.rarity.size() == count, "all of a pair");
    std::vector<naive::Pair> kept;
    for (std::size_t i = 0; i < count; ++i) {
        kept.push_back({pairs.page[i], pairs.source[i], pairs.shared[i], with_rarity ? pairs.rarity[i] : 0});
    }
    return kept;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const int threads = naive::threads(input);
    const int kernel = input.byte() % 3;
    const std::size_t most = 1 + input.byte() % 8;
    naive::Rules rules{.rank = {},
                       .known = {},
                       .max_articles = input.byte() % 8,
                       .few = input.byte() % 4U,
                       .least = 1 + input.byte() % 4,
                       .others = input.byte() % 4U,
                       .long_run = 1 + input.byte() % 8};
    const std::vector<std::uint64_t> known = naive::set_of_hashes(input, 20);
    rules.known.insert(known.begin(), known.end());
    const naive::Hashes sources = rows(input), pages = rows(input);
    while (rules.rank.size() < sources.count()) rules.rank.push_back(input.byte() % 8);

    if (kernel == 0) {
        const naive::Pairs expected = naive::join(sources, pages, rules);
        const reuse::Join found = reuse::join(sources.values, sources.offsets, pages.values, pages.offsets,
                                              {known, rules.max_articles, rules.few},
                                              {rules.least, rules.others, rules.long_run, rules.rank}, threads);
        must(kept(found.pairs, true) == expected.kept, "the pairs that are kept");
        must(found.pairs.count == expected.count && found.capped == expected.capped, "counts of pairs, common hashes");
    } else {
        const bool within = kernel == 1;
        const naive::Pairs expected = naive::collide(sources, pages, within, most);
        const reuse::Collisions found =
            reuse::collide(sources.values, sources.offsets, pages.values, pages.offsets, within, most, threads);
        must(kept(found.pairs, false) == expected.kept, "the pairs that share a bucket");
        must(found.pairs.count == expected.count && found.overfull == expected.capped, "counts of pairs, full buckets");
    }
    return 0;
}
