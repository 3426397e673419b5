// SPDX-License-Identifier: Apache-2.0
// All that `tokenize` says of a text.
#pragma once

#include "quotes.hpp"
#include "sentences.hpp"
#include "tokens.hpp"

#pragma clang attribute push(__attribute__((no_sanitize("coverage"))), apply_to = function)
namespace naive {

constexpr std::uint8_t flag_quoted = 8, flag_first = 16;

struct Marked {
    std::vector<Token> tokens;
    std::size_t replaced = 0;  // broken sequences
};

inline Marked marked(Bytes bytes) {
    Marked result;
    const std::vector<CodePoint> code_points = decoded(bytes);
    Text text;
    for (const CodePoint& c : code_points) {
        text += c.value;
        result.replaced += !c.valid;
    }
    result.tokens = tokens_of(code_points);
    std::vector<std::size_t> begins, ends;
    for (const Token& token : result.tokens) {
        begins.push_back(token.begin);
        ends.push_back(token.end);
    }
    const std::vector<bool> quoted = quoted_tokens(text, begins), first = first_tokens(text, begins, ends);
    for (std::size_t i = 0; i < result.tokens.size(); ++i) {
        if (quoted[i]) result.tokens[i].flags |= flag_quoted;
        if (first[i]) result.tokens[i].flags |= flag_first;
    }
    return result;
}

}  // namespace naive
#pragma clang attribute pop
