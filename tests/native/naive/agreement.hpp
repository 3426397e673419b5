// SPDX-License-Identifier: Apache-2.0
// Agreement by textbook tables, and by grams that are the lists of their tokens: a port of
// tests/reference/agreement.py.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "subsequence.hpp"

namespace naive {

using Tokens = std::vector<std::uint64_t>;
using Marks = std::vector<bool>;  // of each token, whether it is quoted

/// A text and what of it is quoted.
struct Told {
    Tokens tokens;
    Marks quoted;
};

/// What is known of a word.
struct Grammar {
    std::uint64_t root;
    bool is_function, is_common;
};
using Lexicon = std::map<std::uint64_t, Grammar>;

struct AgreementRule {
    std::size_t run, block;
    double block_cap;
    std::size_t chunk;
    double content_prior, narration_prior, fact_prior, shared_prior;
};

struct Measures {
    double order, reach, spread, shared, facts, unquoted;
};

/// Which grams of a text are wanted, by how many of their tokens are quoted.
enum class Wanted { all, quoted, narrated };

/// The first tokens of the wanted grams of a text, and the grams.
inline std::multimap<Tokens, std::size_t> grams(const Told& text, std::size_t run, Wanted wanted) {
    std::multimap<Tokens, std::size_t> found;
    for (std::size_t t = 0; t + run <= text.tokens.size(); ++t) {
        const auto begin = text.quoted.begin() + static_cast<std::ptrdiff_t>(t);
        const auto quoted = std::count(begin, begin + static_cast<std::ptrdiff_t>(run), true);
        if (wanted == Wanted::quoted && static_cast<std::size_t>(quoted) < run) continue;
        if (wanted == Wanted::narrated && quoted > 0) continue;
        const auto first = text.tokens.begin() + static_cast<std::ptrdiff_t>(t);
        found.emplace(Tokens(first, first + static_cast<std::ptrdiff_t>(run)), t);
    }
    return found;
}

/// For each token of a text whether it lies in a wanted gram that is one of the other text's too, of those wanted
/// there.
inline Marks in_common(const Told& text, Wanted mine, const Told& other, Wanted theirs, std::size_t run) {
    const auto others = grams(other, run, theirs);
    Marks covered(text.tokens.size());
    for (const auto& [gram, first] : grams(text, run, mine)) {
        if (others.contains(gram)) std::fill_n(covered.begin() + static_cast<std::ptrdiff_t>(first), run, true);
    }
    return covered;
}

/// A text of which that is quoted too what the other text quotes.
inline Told carried_over(const Told& text, const Told& other, std::size_t run) {
    const Marks taken = in_common(text, Wanted::all, other, Wanted::quoted, run);
    Told told = text;
    for (std::size_t t = 0; t < taken.size(); ++t) told.quoted[t] = told.quoted[t] || taken[t];
    return told;
}

/// The share of a text's narration that stands in grams of the other's narration.
inline double shared_narration(const Told& text, const Told& other, std::size_t run, double prior) {
    const Marks covered = in_common(text, Wanted::narrated, other, Wanted::narrated, run);
    const auto narrated = std::count(text.quoted.begin(), text.quoted.end(), false);
    const auto shared = std::count(covered.begin(), covered.end(), true);
    return static_cast<double>(shared) / (static_cast<double>(narrated) + prior);
}

/// The share of a page's tokens in grams of the source that is not quoted.
inline double unquoted(const Told& source, const Told& page, std::size_t run, double prior) {
    const Marks covered = in_common(page, Wanted::all, source, Wanted::all, run);
    int all = 0, told = 0;
    for (std::size_t t = 0; t < covered.size(); ++t) {
        all += covered[t];
        told += covered[t] && !page.quoted[t];
    }
    return (told + prior) / (all + 2 * prior);
}

/// The narrated tokens that are no function words, by their roots.
inline Tokens content(const Told& text, const Lexicon& lexicon) {
    Tokens found;
    for (std::size_t t = 0; t < text.tokens.size(); ++t) {
        const auto known = lexicon.find(text.tokens[t]);
        if (text.quoted[t] || (known != lexicon.end() && known->second.is_function)) continue;
        found.push_back(known == lexicon.end() ? text.tokens[t] : known->second.root);
    }
    return found;
}

/// The distinct narrated tokens that are not common.
inline std::set<std::uint64_t> rare(const Told& text, const Lexicon& lexicon) {
    std::set<std::uint64_t> found;
    for (std::size_t t = 0; t < text.tokens.size(); ++t) {
        const auto known = lexicon.find(text.tokens[t]);
        if (!text.quoted[t] && (known == lexicon.end() || !known->second.is_common)) found.insert(text.tokens[t]);
    }
    return found;
}

/// The share of the rare words of the text with fewer of them that the other has too.
inline double shared_facts(const std::set<std::uint64_t>& source, const std::set<std::uint64_t>& page, double prior) {
    std::size_t both = 0;
    for (const std::uint64_t word : source) both += page.contains(word);
    return static_cast<double>(both) / (static_cast<double>(std::min(source.size(), page.size())) + prior);
}

/// A text's chunks of so many words, the last one first.
inline Tokens chunks_backwards(const Tokens& text, std::size_t chunk) {
    Tokens found;
    const std::size_t chunks = text.size() / chunk + (text.size() % chunk > 0);
    for (std::size_t c = chunks; c-- > 0;) {
        for (std::size_t t = c * chunk; t < text.size() && t / chunk == c; ++t) found.push_back(text[t]);
    }
    return found;
}

/// Sets order, reach and spread by the content words of two texts.
inline void set_order(Measures& measures, Tokens source, Tokens page, const AgreementRule& rule) {
    constexpr std::size_t most_content = 1 << 16;
    source.resize(std::min(source.size(), most_content));
    page.resize(std::min(page.size(), most_content));
    const Tokens &longer = source.size() > page.size() ? source : page, &shorter = &longer == &source ? page : source;
    const std::size_t n = shorter.size();
    const std::vector<int> forward = common_subsequences(longer, shorter);
    const int backward = common_subsequences(longer, Tokens(shorter.rbegin(), shorter.rend()))[n];
    double total = 0;
    for (std::size_t begin = 0, end; begin < n; begin = end) {
        end = begin + std::min(rule.block, n - begin);
        const auto size = static_cast<double>(end - begin);
        const double chance = backward * size / static_cast<double>(n);
        total += std::min(forward[end] - forward[begin] - chance, rule.block_cap * size);
    }
    const double doubt = static_cast<double>(n) + rule.content_prior;
    measures.spread = total / doubt;
    measures.order = measures.reach = (forward[n] - backward) / doubt;
    if (n / 2 < rule.chunk) return;  // fewer than two chunks
    const int local = common_subsequences(chunks_backwards(longer, rule.chunk), shorter)[n];
    measures.reach = (forward[n] - local) / doubt;
}

/// Order by the texts' roots, all else by their words.
inline Measures agreement(const Told& source, const Told& page, const Tokens& source_roots, const Tokens& page_roots,
                          const Lexicon& lexicon, const AgreementRule& rule) {
    const Told left = carried_over(source, page, rule.run), right = carried_over(page, source, rule.run);
    Measures measures;
    measures.shared = std::max(shared_narration(left, right, rule.run, rule.narration_prior),
                               shared_narration(right, left, rule.run, rule.narration_prior));
    measures.facts = shared_facts(rare(left, lexicon), rare(right, lexicon), rule.fact_prior);
    measures.unquoted = unquoted(left, right, rule.run, rule.shared_prior);

    const Told source_by_roots{source_roots, source.quoted}, page_by_roots{page_roots, page.quoted};
    set_order(measures, content(carried_over(source_by_roots, page_by_roots, rule.run), lexicon),
              content(carried_over(page_by_roots, source_by_roots, rule.run), lexicon), rule);
    return measures;
}

}  // namespace naive
