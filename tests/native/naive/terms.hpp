// SPDX-License-Identifier: Apache-2.0
// The key terms of one text, by maps: tests/reference/terms.py in C++.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "shingle.hpp"

namespace naive {

struct Token {
    std::uint64_t hash;
    std::int32_t letters;
    bool is_character;
};

/// The root of a word, and its class of rarity; of class 0 it is no term.
struct Known {
    std::uint64_t root;
    std::uint8_t rarity;
};

struct TermRules {
    std::size_t most, characters, unknown, letter;
    std::int64_t repeats, place;
};

struct Occurrence {
    std::size_t place;
    std::size_t rarity;
    bool is_word;
};

using Occurrences = std::map<std::uint64_t, std::vector<Occurrence>>;

inline Occurrences occurrences_in(const std::vector<Token>& tokens, const std::map<std::uint64_t, Known>& words,
                                  const TermRules& rules) {
    constexpr std::size_t rarest = 63;
    Occurrences found;
    for (std::size_t place = 0; place < tokens.size(); ++place) {
        const Token& token = tokens[place];
        if (token.is_character) {
            if (place + 1 < rules.characters) continue;
            std::vector<std::uint64_t> run;
            for (std::size_t i = place + 1 - rules.characters; i <= place; ++i) {
                if (tokens[i].is_character) run.push_back(tokens[i].hash);
            }
            if (run.size() == rules.characters) found[shingle_hash(run)].push_back({place, rarest, false});
        } else if (const auto known = words.find(token.hash); known == words.end()) {
            const std::size_t rarity = rules.unknown + rules.letter * static_cast<std::size_t>(token.letters);
            found[token.hash].push_back({place, std::min(rarity, rarest), true});
        } else if (known->second.rarity > 0) {
            found[known->second.root].push_back({place, known->second.rarity, true});
        }
    }
    return found;
}

/// How much a term says: the rarer, the more often and the earlier, the more.
inline double weight(const std::vector<Occurrence>& found, const TermRules& rules) {
    const auto commonest =
        std::min_element(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.rarity < b.rarity; });
    constexpr double thirds[] = {1, 0.79370052598409974, 0.62996052494743658};
    const double frequency = std::ldexp(thirds[commonest->rarity % 3], -static_cast<int>(commonest->rarity / 3));
    if (!found[0].is_word) return 1 / frequency / static_cast<double>(rules.place);
    const auto times = static_cast<double>(std::min(static_cast<std::int64_t>(found.size()), rules.repeats));
    return 1 / frequency * (times / static_cast<double>(rules.place + static_cast<std::int64_t>(found[0].place)));
}

/// The heaviest terms, ascending.
inline std::vector<std::uint64_t> key_terms(const std::vector<Token>& tokens,
                                            const std::map<std::uint64_t, Known>& words, const TermRules& rules) {
    std::vector<std::pair<double, std::uint64_t>> weighed;
    for (const auto& [term, found] : occurrences_in(tokens, words, rules)) {
        weighed.emplace_back(-weight(found, rules), term);
    }
    std::sort(weighed.begin(), weighed.end());
    weighed.resize(std::min(weighed.size(), rules.most));
    std::vector<std::uint64_t> terms;
    for (const auto& [heavy, term] : weighed) terms.push_back(term);
    std::sort(terms.begin(), terms.end());
    return terms;
}

}  // namespace naive
