// SPDX-License-Identifier: Apache-2.0
// Hashes of words, long and short, folded or not, against the same byte by byte.
// Covers: hash.hpp
// Length: 500
// Share: 250
#include "hash.hpp"

#include "cutting.hpp"
#include "input.hpp"
#include "naive/hash.hpp"

namespace {

char lower(std::uint8_t byte) { return static_cast<char>(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte); }

/// The letters and digits of ASCII among some bytes; the others become letters.
std::string ascii_word(std::span<const std::uint8_t> bytes) {
    std::string word;
    for (const std::uint8_t byte : bytes)
        word += reuse::ascii_word[byte] ? static_cast<char>(byte) : static_cast<char>('a' + byte % 26);
    return word;
}

/// A word at the end of its memory, and room behind it for those who may read on.
void check_word(std::string_view word, std::uint8_t behind) {
    const std::vector<std::uint8_t> exact(word.begin(), word.end());
    must(reuse::word_hash(exact.data(), exact.size()) == naive::word_hash(word), "the hash of a word");
    std::vector<std::uint8_t> more = exact;
    more.resize(word.size() + 16, behind);
    if (word.size() <= 16)
        must(reuse::short_word_hash(more.data(), word.size(), 0) == naive::word_hash(word), "that of a short word");
}

void check_ascii(const std::string& word, std::uint8_t behind) {
    std::string folded;
    for (const char c : word) folded += lower(static_cast<std::uint8_t>(c));
    std::vector<std::uint8_t> more(word.begin(), word.end());
    more.resize(word.size() + 16, behind);
    const std::uint64_t expected = naive::word_hash(folded);
    must(reuse::ascii_word_hash(more.data(), word.size()) == expected, "the hash of a word of ASCII");
    if (word.size() <= 16) {
        const std::uint64_t found = reuse::short_word_hash(more.data(), word.size(), reuse::ascii_lower);
        must(found == expected, "that of a short word of ASCII");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    do {
        const std::uint64_t a = input.hash(), b = input.hash();
        must(reuse::multiply_fold(a, b) == naive::folded_product(a, b), "a product of two numbers");
        must(reuse::mix(a) == naive::mixed(a), "a number mixed");
        const std::uint8_t behind = input.byte();
        const auto bytes = input.take(1 + input.byte() % 40);
        if (bytes.empty()) break;
        check_word({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, behind);
        check_ascii(ascii_word(bytes), behind);
    } while (!input.empty());
    return 0;
}
