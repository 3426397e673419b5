// SPDX-License-Identifier: Apache-2.0
// `differences` against whole tables, on one thread and on two.
// Covers: differences.hpp
// Length: 300
// Share: 4
#include "differences.hpp"

#include "naive/differences.hpp"
#include "pair.hpp"

namespace {

constexpr std::size_t most_tokens = 250, table = 40'000, most_pairs = 12;

/// Tokens of each side that a passage takes, whole texts more often than not.
struct Part {
    std::size_t begin, size;

    Part(Input& input, const Text& text) : begin(0), size(text.tokens.size()) {
        const std::size_t cut = input.byte();
        if (cut < 128) return;
        begin = input.below(size + 1);
        size = input.below(size + 1 - begin);
    }
};

naive::Tokens part(const Text& text, const Part& taken) {
    return naive::part(text.tokens, taken.begin, taken.begin + taken.size);
}

std::uint8_t kind_of(const naive::Step& step) {
    enum : std::uint8_t { equal, replaced, inserted, deleted };
    if (step.equal) return equal;
    if (step.source_begin == step.source_end) return inserted;
    return step.page_begin == step.page_end ? deleted : replaced;
}

std::int32_t place(std::size_t begin, std::size_t within) { return static_cast<std::int32_t>(begin + within); }

/// A cells number: from none that is of use to the whole table.
std::size_t cells_of(Input& input) {
    const std::uint8_t byte = input.byte();
    return byte < 128 ? 1 + byte : byte < 240 ? 16U * (byte - 120U) : std::size_t{1} << (byte % 16 + 13);
}

/// A small number, or one whose double is too large.
std::size_t few(Input& input) {
    const std::uint8_t byte = input.byte();
    return byte == 255 ? std::size_t{1} << 63 : byte % 8;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const std::size_t cells = cells_of(input), chance = few(input), beside = few(input);
    const Pairs pairs(input, most_tokens, most_tokens, table, most_pairs);
    const Side source(pairs.sources), page(pairs.pages);

    std::vector<std::int32_t> source_token, source_words, page_token, words;
    reuse::Differences wanted;
    wanted.offsets = {0};
    for (std::size_t p = 0; p < pairs.size(); ++p) {
        const Part in_source(input, pairs.source(p)), on_page(input, pairs.page(p));
        source_token.push_back(place(in_source.begin, 0));
        source_words.push_back(place(in_source.size, 0));
        page_token.push_back(place(on_page.begin, 0));
        words.push_back(place(on_page.size, 0));
        const auto steps =
            naive::differences(part(pairs.source(p), in_source), part(pairs.page(p), on_page), {cells, chance, beside});
        for (const naive::Step& step : steps) {
            wanted.kind.push_back(kind_of(step));
            wanted.source_begin.push_back(place(in_source.begin, step.source_begin));
            wanted.source_end.push_back(place(in_source.begin, step.source_end));
            wanted.page_begin.push_back(place(on_page.begin, step.page_begin));
            wanted.page_end.push_back(place(on_page.begin, step.page_end));
        }
        wanted.offsets.push_back(static_cast<std::int64_t>(wanted.kind.size()));
    }
    for (const std::size_t threads : {1, 2}) {
        if (threads > pairs.size()) break;  // a second one would have nothing to do
        const reuse::Differences found =
            reuse::differences(source.tokens, source.offsets, page.tokens, page.offsets,
                               {pairs.source_row, pairs.page_row, source_token, source_words, page_token, words},
                               {cells, chance, beside}, static_cast<int>(threads));
        must(found.offsets == wanted.offsets, "how many steps there are");
        must(found.kind == wanted.kind, "the kinds of steps");
        must(found.source_begin == wanted.source_begin && found.source_end == wanted.source_end, "steps in the source");
        must(found.page_begin == wanted.page_begin && found.page_end == wanted.page_end, "steps on the page");
    }
    return 0;
}
