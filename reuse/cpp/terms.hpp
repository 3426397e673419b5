// SPDX-License-Identifier: Apache-2.0
// Texts to key terms: the rare words of each that say most about it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hash.hpp"
#include "parallel.hpp"
#include "ragged.hpp"
#include "rarity.hpp"
#include "sort.hpp"
#include "tokens.hpp"
#include "vocabulary.hpp"

namespace reuse {

/// Which terms are kept; reuse/terms.py says with which numbers.
struct TermRule {
    std::size_t most;        // terms kept of a document
    std::size_t characters;  // characters in a term of a script without spaces
    std::size_t unknown;     // class of rarity of an unknown word, were it of no letters
    std::size_t letter;      // classes that each of its letters adds
    std::int64_t repeats;    // times that count, of those that a word is there
    std::int64_t place;      // a word that comes after so many tokens counts half
};

/// Bytes of a text that are looked at, so that memory is bounded: what is said first weighs most.
constexpr std::size_t bytes_looked_at = std::size_t{1} << 20;

/// What key terms want to know of words: the one that stands for all inflections, and how rare it is; of class 0 it is
/// no term.
struct TermLexicon {
    const Vocabulary& vocabulary;
    std::span<const std::uint64_t> root;
    std::span<const std::uint8_t> rarity;
};

/// Finds the key terms of one document after another; it keeps its room from one to the next.
class TermFinder {
public:
    TermFinder(const TermLexicon& lexicon, const TermRule& rule) : lexicon_(lexicon), rule_(rule) {}

    /// Takes the next document; adds its terms, ascending, to `terms`; returns how many.
    std::size_t run(std::span<const std::uint8_t> text, std::vector<std::uint64_t>& terms) {
        text = text.first(std::min(text.size(), bytes_looked_at));
        tokens_.clear(most_tokens(text.size(), 1));
        Tokenizer(text, tokens_).run();
        collect();
        weigh();
        const std::size_t count = std::min(rule_.most, weighed_.size());
        const auto end = weighed_.begin() + static_cast<std::ptrdiff_t>(count);
        if (count < weighed_.size()) std::nth_element(weighed_.begin(), end, weighed_.end(), before);
        const std::size_t first = terms.size();
        for (auto term = weighed_.begin(); term != end; ++term) terms.push_back(term->hash);
        std::sort(terms.begin() + static_cast<std::ptrdiff_t>(first), terms.end());
        return count;
    }

private:
    /// A word that may be a term, or characters that may, and the token that it begins with.
    struct Occurrence {
        std::uint64_t hash;
        std::int32_t place;
        std::uint8_t rarity;
        bool is_word;
    };

    struct Term {
        std::uint64_t hash;
        double weight;
    };

    /// Heavier terms go first; of equal ones the smaller hash, so that two texts choose alike.
    static bool before(const Term& a, const Term& b) {
        return a.weight != b.weight ? a.weight > b.weight : a.hash < b.hash;
    }

    void collect() {
        found_.clear();
        std::size_t characters = 0;  // in a row, up to this one
        for (std::size_t t = 0; t < tokens_.count; ++t) {
            const auto place = static_cast<std::int32_t>(t);
            if (tokens_.flags[t] & flag_character) {
                if (++characters < rule_.characters) continue;
                std::uint64_t hash = 0;
                for (std::size_t i = t + 1 - rule_.characters; i <= t; ++i) {
                    hash = hash * shingle_base + tokens_.hash[i];
                }
                found_.push_back({mix(hash), place, rarest, false});
                continue;
            }
            characters = 0;
            const std::uint32_t row = lexicon_.vocabulary.row(tokens_.hash[t]);
            if (row == Vocabulary::unknown) {
                found_.push_back({tokens_.hash[t], place, rarity_by_length(tokens_.end[t] - tokens_.begin[t]), true});
            } else if (lexicon_.rarity[row]) {
                found_.push_back({lexicon_.root[row], place, lexicon_.rarity[row], true});
            }
        }
    }

    /// Long words are rare (Zipf 1935): of words that nobody counted, in whatever language, nothing else is known.
    std::uint8_t rarity_by_length(std::int32_t letters) const {
        const auto length = std::min<std::size_t>(static_cast<std::size_t>(letters), rarities);
        return static_cast<std::uint8_t>(std::min<std::size_t>(rarest, rule_.unknown + rule_.letter * length));
    }

    /// A word weighs as much more often it is there than by chance, and more at the beginning, where a story is told in
    /// short and where abridgements take from. Of characters nothing is known: all weigh the same, and hashes decide.
    void weigh() {
        scratch_.resize(std::max(scratch_.size(), found_.size()));
        radix_sort(std::span(found_), std::span(scratch_).first(found_.size()),
                   [](const Occurrence& o) { return o.hash; });
        weighed_.clear();
        for (std::size_t begin = 0, end = 0; begin < found_.size(); begin = end) {
            Occurrence first = found_[begin];  // equal hashes keep their order
            while (end < found_.size() && found_[end].hash == first.hash) {
                first.rarity = std::min(first.rarity, found_[end++].rarity);
            }
            double weight = 1 / frequencies[first.rarity];
            if (first.is_word) {
                const auto times = std::min(static_cast<std::int64_t>(end - begin), rule_.repeats);
                weight *= static_cast<double>(times) / static_cast<double>(rule_.place + first.place);
            } else {
                weight /= static_cast<double>(rule_.place);
            }
            weighed_.push_back({first.hash, weight});
        }
    }

    const TermLexicon& lexicon_;
    const TermRule rule_;
    PlacedTokens tokens_;
    std::vector<Occurrence> found_, scratch_;
    std::vector<Term> weighed_;
};

/// Rows of terms, ascending.
struct Terms {
    std::vector<std::uint64_t> hash;
    std::vector<std::int64_t> offsets;
};

/// The key terms of every text.
inline Terms key_terms(std::span<const std::uint8_t> text, Offsets offsets, const TermLexicon& lexicon,
                       const TermRule& rule, int threads) {
    const std::vector<Rows> units = units_of(offsets, std::int64_t{1} << 16);
    struct Unit {
        std::vector<std::uint64_t> hash;
    };
    std::vector<Unit> done(units.size());
    Terms terms{{}, std::vector<std::int64_t>(offsets.size())};
    const auto make = [&] { return TermFinder(lexicon, rule); };
    for_each_unit(units.size(), threads, make, [&](std::size_t u, TermFinder& finder) {
        for (std::size_t d = units[u].begin; d < units[u].end; ++d) {
            terms.offsets[d + 1] = static_cast<std::int64_t>(finder.run(row(text, offsets, d), done[u].hash));
        }
    });
    accumulate(terms.offsets);
    gather(done, &Unit::hash, terms.hash);
    return terms;
}

}  // namespace reuse
