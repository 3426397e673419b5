// SPDX-License-Identifier: Apache-2.0
// The words of a pair as small numbers, with their rarity.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "numbering.hpp"
#include "ragged.hpp"
#include "rarity.hpp"
#include "tokens.hpp"
#include "vocabulary.hpp"

namespace reuse {

/// How rare words are, as far as it is known.
struct KnownRarity {
    const Vocabulary& vocabulary;
    std::span<const std::uint8_t> of_row;

    /// The class of a word; `otherwise` where it is not known.
    std::uint8_t operator()(std::uint64_t word, std::uint8_t otherwise) const {
        const std::uint32_t row = vocabulary.row(word);
        return row == Vocabulary::unknown ? otherwise : of_row[row];
    }
};

/// The words of a pair, by the numbers that those of its page have, and their rarity. Of pairs of one page that follow
/// each other the page is numbered once.
class PairWords {
public:
    /// The number of words that the page has not.
    static constexpr std::int32_t absent = Numbering::absent;
    /// The class of words that not both have.
    static constexpr std::uint8_t unshared = rarities;

    explicit PairWords(const KnownRarity& known) : known_(known) { read_page({}); }

    void read(std::span<const std::uint64_t> source, std::span<const std::uint8_t> source_flags,
              std::span<const std::uint64_t> page) {
        if (page.data() != page_.data() || page.size() != page_.size()) read_page(page);
        read_source(source);
        weigh(source_flags);
    }

    /// All numbers are below.
    std::size_t size() const { return numbers_.end(); }

    std::vector<std::int32_t> source_ids, page_ids;  // of each token
    std::vector<std::int32_t> in_source, in_page;    // how often each word stands there
    std::vector<std::uint8_t> rarity;
    std::vector<std::int32_t> shared;  // words that both have, in the order of the source

private:
    static constexpr std::uint8_t unasked = 255, unknown = 254;

    void read_page(std::span<const std::uint64_t> page) {
        page_ = page;
        numbers_.read(page, page_ids);
        in_page.assign(size(), 0);
        for (const std::int32_t id : page_ids) ++in_page[index(id)];
        told_.assign(size(), unasked);
    }

    void read_source(std::span<const std::uint64_t> source) {
        source_ids.resize(source.size());
        in_source.assign(size(), 0);
        in_source[absent] = 1;  // never new
        // One more than there can be: what comes after the last is written too.
        const std::size_t most = std::min(source.size(), size() - 1) + 1;
        shared.resize(most);
        first_.resize(most);
        std::size_t words = 0;
        for (std::size_t t = 0; t < source.size(); ++t) {
            const std::int32_t id = source_ids[t] = numbers_[source[t]];
            shared[words] = id;
            first_[words] = t;
            words += in_source[index(id)]++ == 0;
        }
        shared.resize(words);
    }

    /// A word is as frequent as in the language, or as the texts themselves make it: of its subject they may speak
    /// throughout. What they say of words that the table knows weighs little, of others all there is to know.
    void weigh(std::span<const std::uint8_t> source_flags) {
        constexpr double of_known = 0.1;
        constexpr std::uint8_t character = 30;  // one in 1,024: few characters are rarer in running text
        const double per_source = 1 / static_cast<double>(std::max<std::size_t>(source_ids.size(), 1));
        const double per_page = 1 / static_cast<double>(std::max<std::size_t>(page_ids.size(), 1));
        // Apart from the rest, so that the memory is asked for many words at a time.
        for (const std::int32_t id : shared) {
            if (told_[index(id)] == unasked) told_[index(id)] = known_(numbers_.value(id), unknown);
        }
        rarity.assign(size(), unshared);
        for (std::size_t w = 0; w < shared.size(); ++w) {
            const std::size_t id = index(shared[w]);
            const bool is_character = source_flags[first_[w]] & flag_character;
            const std::uint8_t otherwise = is_character ? character : rarest;
            const std::uint8_t told = told_[id] == unknown ? otherwise : told_[id];
            const double again = std::max((in_source[id] - 1) * per_source, (in_page[id] - 1) * per_page);
            const bool is_known = told != rarest && !is_character;
            rarity[id] = std::min(told, rarity_of(again * (is_known ? of_known : 1)));
        }
    }

    KnownRarity known_;
    Numbering numbers_;
    std::span<const std::uint64_t> page_;
    std::vector<std::uint8_t> told_;  // class of each word of the page, if it was asked for
    std::vector<std::size_t> first_;  // token of the source, of each of `shared`
};

}  // namespace reuse
