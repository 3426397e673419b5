// SPDX-License-Identifier: Apache-2.0
// `agreement` against textbook tables, on one thread and on two.
// Covers: agreement.hpp
// Length: 300
// Share: 3
#pragma STDC FP_CONTRACT OFF
#include "agreement.hpp"

#include <limits>

#include "naive/agreement.hpp"
#include "pair.hpp"

namespace {

constexpr std::size_t few_tokens = 130, most_tokens = 1100, cells = 22'000, most_pairs = 3;
constexpr std::uint8_t quoted = 8;
constexpr std::size_t most = std::numeric_limits<std::size_t>::max();

/// A number from 1 on: small ones, or one whose double is too large.
std::size_t number_of(std::uint8_t byte) { return byte == 255 ? most / 2 + 1 : 1 + byte % 64; }

double prior_of(std::uint8_t byte) { return (1 + byte) / 8.0; }

naive::AgreementRule rule_of(Input& input) {
    naive::AgreementRule rule{};
    const std::uint8_t run = input.byte();
    rule.run = run < 224 ? 1 + run % 8 : run - 223;
    rule.block = number_of(input.byte());
    rule.block_cap = (input.byte() - 32) / 128.0;
    rule.chunk = number_of(input.byte());
    rule.content_prior = prior_of(input.byte());
    rule.narration_prior = prior_of(input.byte());
    rule.fact_prior = prior_of(input.byte());
    rule.shared_prior = prior_of(input.byte());
    return rule;
}

/// Words of which something is known, some of them twice; of such a word the last row tells.
struct Table {
    std::vector<std::uint64_t> words, root;
    std::vector<std::uint8_t> parts;

    explicit Table(Input& input) {
        Dice dice(input.byte());
        const std::size_t size = input.byte(), crowded = input.byte() % 64;
        for (std::size_t w = 0; w < size; ++w) add(word(dice.below(64)), dice);
        for (std::size_t w = 0; w < crowded; ++w) add(crowded_word(dice.below(64)), dice);
    }

    void add(std::uint64_t added, Dice& dice) {
        words.push_back(added);
        root.push_back(dice.below(2) ? added : word(dice.below(64)));
        parts.push_back(static_cast<std::uint8_t>(dice.below(4)));
    }

    naive::Lexicon lexicon() const {
        naive::Lexicon known;
        for (std::size_t w = 0; w < words.size(); ++w) {
            known[words[w]] = {root[w], (parts[w] & 1) != 0, (parts[w] & 2) != 0};
        }
        return known;
    }
};

/// Roots of tokens: of so many in a row the last one has another's, or all stand for themselves.
std::vector<std::uint64_t> roots_of(const std::vector<std::uint64_t>& tokens, std::size_t every) {
    std::vector<std::uint64_t> roots = tokens;
    for (std::size_t t = 0; every && t < roots.size(); ++t) {
        if (t % every == 0) roots[t] = word(tokens[t] % 16);
    }
    return roots;
}

naive::Tokens row(const std::vector<std::uint64_t>& values, const Side& side, std::int32_t d) {
    return {values.begin() + side.offsets[reuse::index(d)], values.begin() + side.offsets[reuse::index(d) + 1]};
}

naive::Told told(const Text& text) {
    naive::Told told{text.tokens, {}};
    for (const std::uint8_t flags : text.flags) told.quoted.push_back((flags & quoted) != 0);
    return told;
}

/// Compares column by column, as bits: all is to be rounded alike.
void compare(const reuse::Agreement& found, const std::vector<naive::Measures>& wanted) {
    const auto column = [&](const std::vector<double>& values, double naive::Measures::* measure, const char* what) {
        must(values.size() == wanted.size(), "a value for each pair");
        for (std::size_t p = 0; p < wanted.size(); ++p) must(values[p] == wanted[p].*measure, what);
    };
    column(found.order, &naive::Measures::order, "order");
    column(found.reach, &naive::Measures::reach, "reach");
    column(found.spread, &naive::Measures::spread, "spread");
    column(found.shared, &naive::Measures::shared, "shared");
    column(found.facts, &naive::Measures::facts, "facts");
    column(found.unquoted, &naive::Measures::unquoted, "unquoted");
}

/// All measures of pairs, by the kernel and by the tables.
void check(const Pairs& pairs, const Table& table, const naive::AgreementRule& rule, std::size_t other_roots) {
    const Side source(pairs.sources), page(pairs.pages);
    const auto source_roots = roots_of(source.tokens, other_roots), page_roots = roots_of(page.tokens, other_roots);
    const naive::Lexicon known = table.lexicon();
    std::vector<naive::Measures> wanted;
    for (std::size_t p = 0; p < pairs.size(); ++p) {
        wanted.push_back(naive::agreement(told(pairs.source(p)), told(pairs.page(p)),
                                          row(source_roots, source, pairs.source_row[p]),
                                          row(page_roots, page, pairs.page_row[p]), known, rule));
    }
    const reuse::Lexicon lexicon(table.words, table.root, table.parts);
    const reuse::AgreementRule asked{rule.run,           rule.block,           rule.block_cap,  rule.chunk,
                                     rule.content_prior, rule.narration_prior, rule.fact_prior, rule.shared_prior};
    for (const std::size_t threads : {1, 2}) {
        if (threads > pairs.size()) break;  // a second one would have nothing to do
        // Where tokens are their own roots the same array says so, as that of the tokens, or a copy of it.
        const bool own = other_roots == 0 && threads == 1;
        compare(reuse::agreement({source.tokens, own ? source.tokens : source_roots, source.flags, source.offsets},
                                 {page.tokens, own ? page.tokens : page_roots, page.flags, page.offsets},
                                 pairs.source_row, pairs.page_row, lexicon, asked, static_cast<int>(threads)),
                wanted);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const naive::AgreementRule rule = rule_of(input);
    const Table table(input);
    const std::size_t other_roots = input.byte() % 4;
    const bool is_long = input.byte() % 8 == 7;
    const Pairs pairs(input, is_long ? most_tokens : few_tokens, is_long ? cells / most_tokens : few_tokens, cells,
                      most_pairs);
    check(pairs, table, rule, other_roots);
    return 0;
}
