// SPDX-License-Identifier: Apache-2.0
// Which tokens are quoted, and which begin a sentence, of texts that are made of marks and what stands beside them.
// Covers: quotes.hpp, sentences.hpp
// Length: 700
// Share: 3
#include "quotes.hpp"

#include "documents.hpp"
#include "naive/marked.hpp"
#include "tokens.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const bool raw = input.byte() == '0';
    const std::vector<std::uint8_t> text =
        raw ? std::vector(input.rest().begin(), input.rest().end()) : text_of_pieces(input.rest(), 4000);
    const std::vector<std::int64_t> offsets{0, static_cast<std::int64_t>(text.size())};
    const std::vector<std::uint8_t> wanted{1};
    const reuse::Tokens found = reuse::tokenize(text, offsets, wanted, 1);
    const naive::Marked expected = naive::marked(text);
    must(found.flags.size() == expected.tokens.size(), "how many tokens there are");
    for (std::size_t i = 0; i < expected.tokens.size(); ++i) {
        const std::uint8_t flags = found.flags.data()[i], its = expected.tokens[i].flags;
        must((flags & reuse::flag_quoted) == (its & naive::flag_quoted), "whether a token is quoted");
        must((flags & reuse::flag_first) == (its & naive::flag_first), "whether a token begins a sentence");
    }
    return 0;
}
