// SPDX-License-Identifier: Apache-2.0
// What is known of a code point, however it is looked up: against the tables themselves.
// Covers: folding.hpp
// Length: 300
// Share: 40
#include "folding.hpp"

#include "input.hpp"
#include "naive/folding.hpp"

namespace {

void check_entry(std::uint32_t c) {
    const reuse::Entry found(c);
    const naive::Entry expected = naive::entry(c);
    must(static_cast<int>(found.kind()) == expected.kind, "the class");
    must(found.scripts() == expected.scripts, "the scripts");
    must(found.droppable() == expected.droppable, "whether a mark is dropped");
    std::vector<std::uint32_t> fold;
    if (!expected.fold.empty()) found.fold([&](std::uint32_t folded) { fold.push_back(folded); });
    must(fold == expected.fold, "the fold");
    for (const naive::Script script : naive::all_scripts)
        must(reuse::lookalike(c, script) == naive::lookalike(c, script), "the look-alike");
}

/// What begins in a text with a letter of one or two bytes that folds to at most four.
void check_letter(naive::Bytes text, const naive::CodePoint& c) {
    const reuse::Letter& found = reuse::letter_at(text.data() + c.byte);
    const naive::Entry expected = naive::entry(c.value);
    const std::string folded = naive::utf8(expected.fold);
    const bool is_letter = c.valid && c.bytes <= 2 && expected.kind == naive::word && folded.size() <= 4;
    must(found.size == (is_letter ? folded.size() : 0), "how long the folded letter is");
    if (!is_letter) return;
    must(found.scripts == expected.scripts, "the scripts of a letter");
    for (std::size_t i = 0; i < folded.size(); ++i)
        must((found.folded >> (8 * i) & 0xFF) == static_cast<std::uint8_t>(folded[i]), "the folded letter");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    for (std::size_t numbers = input.below(64); numbers > 0; --numbers)
        check_entry(static_cast<std::uint32_t>(input.below(17) << 16 | input.below(65536)));
    std::vector<std::uint8_t> text(input.rest().begin(), input.rest().end());
    const std::size_t end = text.size();
    text.push_back(0);  // the second byte can be read
    for (std::size_t at = 0; at < end; ++at) {
        const naive::CodePoint c = naive::code_point_at(text, at);
        check_entry(c.value);
        check_letter(text, c);
    }
    return 0;
}
