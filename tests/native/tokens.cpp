// SPDX-License-Identifier: Apache-2.0
// `tokenize` against the tokenizer of reuse/cpp/README.md code point by code point: with AVX-512 and without, on one
// thread and on two.
// Covers: tokens.hpp
// Length: 700
// Share: 2
#include "both_ways.hpp"
// The headers that are tested
#include "documents.hpp"
#include "naive/marked.hpp"
#include "tokens.hpp"

namespace {

/// Compares the tokens of all texts, every copy too, with those of the first ones.
void check(const Documents& documents, const std::vector<naive::Marked>& expected, const reuse::Tokens& found) {
    std::size_t at = 0;
    for (std::size_t d = 0; d < documents.rows(); ++d) {
        static const naive::Marked nothing;
        const naive::Marked& its = documents.wanted[d] ? expected[d % documents.distinct] : nothing;
        must(found.offsets[d] == static_cast<std::int64_t>(at), "where a text's tokens begin");
        must(found.replaced[d] == static_cast<std::int64_t>(its.replaced), "what was replaced");
        must(at + its.tokens.size() <= found.hash.size(), "how many tokens there are");
        for (const naive::Token& token : its.tokens) {
            must(found.hash.data()[at] == token.hash, "a token's hash");
            must(found.begin.data()[at] == static_cast<std::int32_t>(token.begin), "where a token begins");
            must(found.end.data()[at] == static_cast<std::int32_t>(token.end), "where a token ends");
            must(found.flags.data()[at] == token.flags, "a token's flags");
            ++at;
        }
    }
    must(found.offsets.back() == static_cast<std::int64_t>(at) && found.hash.size() == at, "all tokens");
    must(found.begin.size() == at && found.end.size() == at && found.flags.size() == at, "columns of one length");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const Documents documents(input, 4000);
    std::vector<naive::Marked> expected;
    for (std::size_t d = 0; d < documents.distinct; ++d) expected.push_back(naive::marked(documents.row(d)));
    for (const Way& way : documents.ways()) {
        wide = way.vectors;
        check(documents, expected, reuse::tokenize(documents.text, documents.offsets, documents.wanted, way.threads));
    }
    return 0;
}
