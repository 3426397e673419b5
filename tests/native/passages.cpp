// SPDX-License-Identifier: Apache-2.0
// `passages` against maps, counters and textbook tables, on one thread and on two; and step by step the words of a
// pair, its regions and its abridgements.
// Covers: passages.hpp, pair_words.hpp, regions.hpp, abridgement.hpp
// Length: 300
// Share: 3
#pragma STDC FP_CONTRACT OFF
#include "passages.hpp"

#include <limits>

#include "naive/passages.hpp"
#include "naive/runs.hpp"
#include "pair.hpp"

namespace {

constexpr std::size_t most_of_source = 250, most_of_page = 180, cells = 60'000, most_pairs = 4;
/// Tokens that are more than are aligned.
constexpr std::size_t long_text = (1 << 15) + 300;
constexpr int most = std::numeric_limits<std::int32_t>::max();

// What the stage asks for; the same for texts so short that all shows in them; regions where little is shared; and one
// region, which may begin in as many places as are looked at.
constexpr naive::Rule shipped{5, 20, 0.8, 32, 10, 28, 52, 30, 14, 0.4, 0.3, 0.97, 22};
constexpr naive::Rule fine{2, 1, 0.8, 3, 3, 4, 3, 3, 4, 0.4, 0.3, 0.97, 3};
constexpr naive::Rule loose{1'000'000, 20, 0.8, 32, 10, 4, 3, 3, 14, 0.4, 0.3, 0.97, 3};
constexpr naive::Rule only_the_best{5, 20, 0.8, 2, 10, 4, 1e6, 3, 4, 0.4, 0.3, 0.97, 3};

/// Small numbers by their bytes, but for one that nobody could ask for.
int number_of(std::uint8_t byte) { return byte == 255 ? most : byte; }
double amount_of(std::uint8_t byte) { return byte == 255 ? 1e300 : (1 + byte) / 4.0; }

void change(naive::Rule& rule, Input& input) {
    const std::uint8_t what = input.byte() % 12, value = input.byte();
    if (what == 0) rule.min_run = std::max(1, number_of(value));
    if (what == 1) rule.bridge = number_of(value);
    if (what == 2) rule.edited = amount_of(value) / 32;
    if (what == 3) rule.block = value == 255 ? 1 << 16 : 1 + value % 64;
    if (what == 4) rule.most_places = number_of(value) - 1;
    if (what == 5) rule.start = amount_of(value);
    if (what == 6) rule.accept = amount_of(value);
    if (what == 7) rule.accept_alone = amount_of(value);
    if (what == 8) rule.drop = amount_of(value);
    if (what == 9) rule.least_words = std::max(1, number_of(value));
    if (what == 10) rule.least_survival = (1 + value % 60) / 101.0;
    if (what == 11) rule.survival = (1 + value % 99) / 101.0;
    rule.survival = std::max(rule.survival, rule.least_survival);
    rule.most_survival = std::max(rule.most_survival, rule.survival);
}

naive::Rule rule_of(Input& input) {
    constexpr naive::Rule rules[] = {shipped, fine, loose, only_the_best};
    const std::uint8_t byte = input.byte();
    naive::Rule rule = rules[byte % 4];
    for (int changes = byte / 4 % 4; changes > 0; --changes) change(rule, input);
    return rule;
}

/// How rare some words are, some of them told twice: of such a word the last row tells.
struct Known {
    std::vector<std::uint64_t> words;
    std::vector<std::uint8_t> rarity;

    explicit Known(Input& input) {
        Dice dice(input.byte());
        for (std::size_t w = input.byte(); w > 0; --w) {
            words.push_back(word(dice.below(256)));
            rarity.push_back(static_cast<std::uint8_t>(dice.below(reuse::rarities)));
        }
    }

    std::map<std::uint64_t, int> map() const {
        std::map<std::uint64_t, int> found;
        for (std::size_t w = 0; w < words.size(); ++w) found[words[w]] = rarity[w];
        return found;
    }
};

using Runs = std::vector<naive::Passage>;

naive::Passage as_passage(const naive::Run& run) {
    return {{run.source_begin, run.source_begin + run.length}, {run.page_begin, run.page_begin + run.length}};
}

/// The runs that two texts have.
Runs true_runs(const Text& source, const Text& page, int minimum) {
    Runs runs;
    for (const naive::Run& run : naive::shared_runs(source.tokens, page.tokens, minimum).runs) {
        runs.push_back(as_passage(run));
    }
    return runs;
}

/// Runs of which nobody says that their tokens are equal: disjoint on the page, and within the texts.
Runs made_up_runs(const Text& source, const Text& page, Dice dice) {
    const std::size_t most_apart = 1 + dice.below(30), most_length = 1 + dice.below(30);
    Runs runs;
    for (std::size_t begin = dice.below(most_apart), end; begin < page.tokens.size();
         begin = end + dice.below(most_apart)) {
        end = std::min({begin + 1 + dice.below(most_length), page.tokens.size(), begin + source.tokens.size()});
        if (end == begin) break;
        const auto there = static_cast<int>(dice.below(source.tokens.size() - (end - begin) + 1));
        runs.push_back(as_passage({there, static_cast<int>(begin), static_cast<int>(end - begin)}));
    }
    return runs;
}

/// A text that is too long to be aligned, of which copies differ in some words, and what runs between these.
Text long_source() {
    Text text;
    for (std::size_t t = 0; t < long_text; ++t) text.tokens.push_back(word(t + 1000));
    text.flags.resize(long_text);
    return text;
}

Text long_page(const Text& source, Dice dice, std::size_t changes) {
    Text page = source;
    for (; changes > 0; --changes) page.tokens[dice.below(long_text)] = word(1);
    return page;
}

Runs long_runs(const Text& source, const Text& page) {
    Runs runs;
    int begin = 0;
    for (int t = 0; t <= static_cast<int>(long_text); ++t) {
        const auto i = static_cast<std::size_t>(t);
        if (i < long_text && source.tokens[i] == page.tokens[i]) continue;
        if (t > begin) runs.push_back({{begin, t}, {begin, t}});
        begin = t + 1;
    }
    return runs;
}

/// All that the kernel is given.
struct Work {
    Pairs pairs;
    std::vector<Runs> runs;
    std::vector<std::uint8_t> rewritten;

    explicit Work(Input& input, const naive::Rule& rule)
        : pairs(input, most_of_source, most_of_page, cells, most_pairs) {
        const std::uint8_t how = input.byte();
        // So few inputs are of long texts that the others have their time.
        if (input.below(65'536) == 0x1234)
            make_long(input);
        else
            make_short(how, rule);
    }

    void make_short(std::uint8_t how, const naive::Rule& rule) {
        for (std::size_t p = 0; p < pairs.size(); ++p) {
            const Text &source = pairs.source(p), &page = pairs.page(p);
            const bool is_true = how % 4 < 3;
            runs.push_back(is_true ? true_runs(source, page, std::min(rule.min_run, 5))
                                   : made_up_runs(source, page, Dice(how + p)));
            rewritten.push_back(how / 4U % 4 != 3);
        }
    }

    void make_long(Input& input) {
        pairs.sources = {long_source()};
        pairs.pages.clear();
        pairs.source_row = {0, 0, 0};
        pairs.page_row = {0, 0, 1};
        for (const int page : {0, 1}) {
            pairs.pages.push_back(long_page(pairs.sources[0], Dice(input.byte()), input.byte() % 16 * page));
        }
        for (std::size_t p = 0; p < pairs.size(); ++p) runs.push_back(long_runs(pairs.source(p), pairs.page(p)));
        rewritten.assign(pairs.size(), 0);
    }
};

naive::Pair as_pair(const Text& source, const Text& page) {
    return {source.tokens, source.flags, page.tokens, page.flags, {}};
}

/// The words of a pair by the numbers that its page gives them.
void check_words(const reuse::PairWords& words, const naive::Pair& pair) {
    std::map<std::uint64_t, std::int32_t> numbers;
    for (const std::uint64_t token : pair.page) numbers.emplace(token, static_cast<std::int32_t>(numbers.size()) + 1);
    const auto in_source = naive::count(pair.source), on_page = naive::count(pair.page);
    must(words.size() == numbers.size() + 1, "a number for each word of the page");
    must(words.page_ids.size() == pair.page.size() && words.source_ids.size() == pair.source.size(), "ids of all");
    for (std::size_t t = 0; t < pair.page.size(); ++t) must(words.page_ids[t] == numbers[pair.page[t]], "page_ids");

    std::vector<std::int32_t> shared;
    for (std::size_t t = 0; t < pair.source.size(); ++t) {
        const auto found = numbers.find(pair.source[t]);
        const std::int32_t id = found == numbers.end() ? reuse::PairWords::absent : found->second;
        must(words.source_ids[t] == id, "source_ids");
        if (id && std::find(shared.begin(), shared.end(), id) == shared.end()) shared.push_back(id);
    }
    must(words.shared == shared, "words that both have, in the order of the source");
    for (const auto& [token, id] : numbers) {
        const auto i = static_cast<std::size_t>(id);
        const auto times = in_source.find(token), rarity = pair.rarity.find(token);
        const bool is_shared = times != in_source.end();
        must(words.in_page[i] == on_page.at(token), "in_page");
        must(words.in_source[i] == (is_shared ? times->second : 0), "in_source");
        must(words.rarity[i] == (is_shared ? rarity->second : reuse::PairWords::unshared), "rarity");
    }
}

void check_regions(const std::vector<reuse::Region>& found, const std::vector<naive::Region>& wanted,
                   const char* what) {
    const auto as_naive = [](const reuse::Region& region) -> naive::Region {
        return {{region.source.begin, region.source.end},
                {region.page.begin, region.page.end},
                region.source_survival,
                region.page_survival,
                region.found};
    };
    must(found.size() == wanted.size(), what);
    for (std::size_t r = 0; r < found.size(); ++r) must(as_naive(found[r]) == wanted[r], what);
}

/// The kernel's steps, one pair after another, as it takes them.
class Steps {
public:
    Steps(const reuse::KnownRarity& known, const reuse::RegionRule& rule)
        : words_(known), finder_(words_, rule), abridgement_(words_, rule) {}

    /// Returns the regions of a pair, with its abridgements.
    std::vector<naive::Region> check(const Text& source, const Text& page, const naive::Pair& pair,
                                     const naive::Rule& rule) {
        words_.read(source.tokens, source.flags, page.tokens);
        check_words(words_, pair);
        std::vector<reuse::Region> found = finder_.find();
        std::vector<naive::Region> wanted = naive::Finder(pair, rule).find();
        check_regions(found, wanted, "regions");
        abridgement_.add_to(found);
        wanted = naive::with_abridgements(pair, wanted, rule);
        check_regions(found, wanted, "regions with abridgements");
        return wanted;
    }

private:
    reuse::PairWords words_;
    reuse::RegionFinder finder_;
    reuse::Abridgement abridgement_;
};

void add(reuse::Passages& passages, const std::vector<naive::ToldPassage>& of_pair) {
    for (const auto& [passage, equal_words, quoted_words, kind, moved] : of_pair) {
        passages.source_token.push_back(passage.source.begin);
        passages.source_words.push_back(passage.source.length());
        passages.page_token.push_back(passage.page.begin);
        passages.words.push_back(passage.page.length());
        passages.equal_words.push_back(equal_words);
        passages.quoted_words.push_back(quoted_words);
        passages.kind.push_back(static_cast<std::uint8_t>(kind));
        passages.moved.push_back(static_cast<std::uint8_t>(moved));
    }
    passages.offsets.push_back(static_cast<std::int64_t>(passages.words.size()));
}

void compare(const reuse::Passages& found, const reuse::Passages& wanted) {
    must(found.offsets == wanted.offsets, "how many passages there are");
    must(found.page_token == wanted.page_token && found.words == wanted.words, "passages on the page");
    must(found.source_token == wanted.source_token && found.source_words == wanted.source_words, "in the source");
    must(found.equal_words == wanted.equal_words, "equal words");
    must(found.quoted_words == wanted.quoted_words, "quoted words");
    must(found.kind == wanted.kind, "kinds");
    must(found.moved == wanted.moved, "what is moved");
}

/// Runs of all pairs, as the kernel takes them.
struct RunColumns {
    std::vector<std::int64_t> offsets{0};
    std::vector<std::int32_t> source, page, length;

    explicit RunColumns(const std::vector<Runs>& of_pairs) {
        for (const Runs& runs : of_pairs) {
            for (const naive::Passage& run : runs) {
                source.push_back(run.source.begin);
                page.push_back(run.page.begin);
                length.push_back(run.page.length());
            }
            offsets.push_back(static_cast<std::int64_t>(length.size()));
        }
    }
};

reuse::PassageRule as_asked(const naive::Rule& rule) {
    return {rule.min_run,
            rule.bridge,
            rule.edited,
            {rule.block, rule.most_places, rule.start, rule.accept, rule.accept_alone, rule.drop, rule.survival,
             rule.least_survival, rule.most_survival, rule.least_words}};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const naive::Rule rule = rule_of(input);
    const Known told(input);
    const Work work(input, rule);
    const reuse::Vocabulary vocabulary(told.words);
    const reuse::KnownRarity known{vocabulary, told.rarity};
    const reuse::PassageRule asked = as_asked(rule);

    Steps steps(known, asked.region);
    reuse::Passages wanted;
    wanted.offsets = {0};
    for (std::size_t p = 0; p < work.pairs.size(); ++p) {
        const Text &source = work.pairs.source(p), &page = work.pairs.page(p);
        naive::Pair pair = as_pair(source, page);
        std::vector<naive::Region> regions;
        if (work.rewritten[p]) {
            pair.rarity = naive::rarities(source.tokens, source.flags, page.tokens, told.map());
            regions = steps.check(source, page, pair, rule);
        }
        add(wanted, naive::passages(pair, work.runs[p], regions, rule));
    }
    const Side source(work.pairs.sources), page(work.pairs.pages);
    const RunColumns runs(work.runs);
    for (const std::size_t threads : {1, 2}) {
        if (threads > work.pairs.size()) break;  // a second one would have nothing to do
        compare(reuse::passages({source.tokens, source.flags, source.offsets, work.pairs.source_row},
                                {page.tokens, page.flags, page.offsets, work.pairs.page_row}, runs.offsets, runs.source,
                                runs.page, runs.length, work.rewritten, known, asked, static_cast<int>(threads)),
                wanted);
    }
    return 0;
}
