// SPDX-License-Identifier: Apache-2.0
// Sketches of texts: fingerprints, signatures and bands against their definitions, with AVX-512 and without, on one
// thread and on two.
// Covers: sketches.hpp
// Length: 600
// Share: 3.5
#include "both_ways.hpp"
// The headers that are tested
#include "documents.hpp"
#include "naive/shingles.hpp"
#include "naive/sketches.hpp"
#include "sketches.hpp"

namespace {

struct Permutations {
    std::vector<std::uint32_t> factors, summands;

    explicit Permutations(Input& input) : factors(input.byte() % 100), summands(factors.size()) {
        for (std::uint32_t& factor : factors) factor = static_cast<std::uint32_t>(input.hash() >> 32) | 1;
        for (std::uint32_t& summand : summands) summand = static_cast<std::uint32_t>(input.hash());
    }

    std::size_t count() const { return factors.size(); }
};

template <class T>
std::vector<T> values(const reuse::Column<T>& column) {
    return {column.data(), column.data() + column.size()};
}

template <class T>
void append(std::vector<T>& all, const std::vector<T>& some) {
    all.insert(all.end(), some.begin(), some.end());
}

/// A fuzzer's numbers over and over, some of them turned into others, so that there are several blocks of windows.
std::vector<std::uint64_t> many_hashes(Input& input) {
    const std::vector<std::uint64_t> some = input.hashes(60);
    const std::size_t times = 1 + input.byte() % 64, turn = input.byte();
    std::vector<std::uint64_t> all;
    for (std::size_t time = 0; time < times; ++time)
        for (const std::uint64_t hash : some) all.push_back(hash + (time % (turn + 1)) * naive::shingle_base);
    return all;
}

void check_winnowed(Input& input) {
    const std::vector<std::uint64_t> hashes = many_hashes(input);
    const std::size_t window = input.byte() % 4 ? 1 + input.byte() % 20 : 1 + input.below(2000);
    reuse::Winnower winnower(window);
    for (const std::size_t size : {hashes.size(), hashes.size() / 3, hashes.size()}) {  // it keeps its room
        const std::span some = std::span(hashes).first(size);
        std::vector<std::uint64_t> kept;
        winnower.run(some, kept);
        must(kept == naive::winnowed(some, window), "what is winnowed");
    }
}

/// Sets, each so often that there are several units of work, but seldom, for it takes long.
struct Rows {
    std::vector<std::uint64_t> hashes;
    std::vector<std::int64_t> offsets{0};

    explicit Rows(Input& input) {
        const std::vector<std::uint64_t> some = many_hashes(input);
        std::vector<std::size_t> cuts{0, some.size()};
        for (std::size_t cut = input.below(4); cut > 0; --cut) cuts.push_back(input.below(some.size() + 1));
        std::ranges::sort(cuts);
        for (std::size_t copies = input.byte() == 255 ? 600 : 1; copies > 0 && hashes.size() < 40'000; --copies) {
            append(hashes, some);
            for (std::size_t i = 1; i < cuts.size(); ++i)
                offsets.push_back(offsets.back() + static_cast<std::int64_t>(cuts[i] - cuts[i - 1]));
        }
    }
};

void check_signed(Input& input) {
    const Permutations permutations(input);
    const std::size_t rows = 1 + input.byte() % 8, bands = permutations.count() / rows;
    const Rows sets(input);
    std::vector<std::uint32_t> signatures;
    std::vector<std::uint8_t> empty;
    std::vector<std::uint64_t> expected_bands;
    std::vector<std::int64_t> band_offsets{0};
    for (std::size_t d = 0; d + 1 < sets.offsets.size(); ++d) {
        const auto set = std::span(sets.hashes.begin() + sets.offsets[d], sets.hashes.begin() + sets.offsets[d + 1]);
        const auto signature = naive::signature(set, permutations.factors, permutations.summands);
        append(signatures, signature);
        empty.push_back(set.empty());
        if (!set.empty()) append(expected_bands, naive::bands(signature, bands, rows));
        band_offsets.push_back(static_cast<std::int64_t>(expected_bands.size()));
    }
    for (const int threads : {1, 2}) {
        const auto found = reuse::sign(sets.hashes, sets.offsets, permutations.factors, permutations.summands, threads);
        must(values(found) == signatures, "signatures");
        const auto of_them = reuse::bands(signatures, empty, permutations.count(), bands, rows, threads);
        must(values(of_them.hash) == expected_bands && of_them.offsets == band_offsets, "bands");
    }
}

/// What is expected of a text.
struct Sketch {
    std::size_t tokens;
    bool empty;
    std::vector<std::uint64_t> kept;
    std::vector<std::uint32_t> minima;
};

void check_sketches(Input& input) {
    const std::size_t word = 1 + input.byte() % 8, character = 1 + input.byte() % 16, window = input.byte() % 8;
    const Permutations permutations(input);
    const Documents documents(input, 4000);
    std::vector<Sketch> sketches;
    for (std::size_t d = 0; d < documents.distinct; ++d) {
        const auto tokens = naive::tokens_of(naive::decoded(documents.row(d)));
        const auto shingles = naive::shingles_of(tokens, word, character);
        const auto kept = window ? naive::winnowed(shingles, window) : std::vector<std::uint64_t>();
        const auto signature = naive::signature(shingles, permutations.factors, permutations.summands);
        sketches.push_back({tokens.size(), shingles.empty(), kept, signature});
    }
    std::vector<std::int64_t> tokens, offsets{0};
    std::vector<std::uint8_t> empty;
    std::vector<std::uint64_t> kept;
    std::vector<std::uint32_t> minima;
    for (std::size_t d = 0; d < documents.rows(); ++d) {
        const Sketch& sketch = sketches[d % documents.distinct];
        tokens.push_back(static_cast<std::int64_t>(sketch.tokens));
        empty.push_back(sketch.empty);
        append(kept, sketch.kept);
        append(minima, sketch.minima);
        offsets.push_back(static_cast<std::int64_t>(kept.size()));
    }
    for (const Way& way : documents.ways()) {
        wide = way.vectors;
        const auto found = reuse::sketch(documents.text, documents.offsets, {word, character}, window,
                                         permutations.factors, permutations.summands, way.threads);
        must(found.tokens == tokens && found.empty == empty, "how many tokens, and whether there is a shingle");
        must(values(found.fingerprint) == kept && found.offsets == offsets, "fingerprints");
        must(values(found.minima) == minima, "the signatures of texts");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const std::uint8_t what = input.byte() % 3;
    if (what == 0) check_sketches(input);
    if (what == 1) check_winnowed(input);
    if (what == 2) check_signed(input);
    return 0;
}
