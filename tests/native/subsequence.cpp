// SPDX-License-Identifier: Apache-2.0
// Common subsequences against the textbook table, with AVX-512 and without; numbers against a map, the filter against
// what it was given.
// Covers: subsequence.hpp, numbering.hpp, room.hpp
// Length: 300
// Share: 3
#include "isa.hpp"

namespace {

/// What the headers are told of the processor.
bool at_once = false;

}  // namespace

#ifdef REUSE_AVX512
#define has_avx512() at_once
#endif
#include "subsequence.hpp"
#undef has_avx512

#include <map>

#include "naive/subsequence.hpp"
#include "pair.hpp"

namespace {

using Tokens = std::vector<std::uint64_t>;
using Numbers = std::vector<std::int32_t>;

constexpr std::size_t most_tokens = 1200, cells = 60'000;

/// The numbers that tokens have in the order in which they come.
std::map<std::uint64_t, std::int32_t> numbered(const Tokens& tokens) {
    std::map<std::uint64_t, std::int32_t> numbers;
    for (const std::uint64_t token : tokens) numbers.emplace(token, static_cast<std::int32_t>(numbers.size()) + 1);
    return numbers;
}

void check_numbers(const Tokens& own, const Tokens& other) {
    const auto wanted = numbered(own);
    static reuse::Numbering numbering;  // as it comes from whatever was read before
    Numbers numbers;
    numbering.read(own, numbers);
    must(numbering.end() == wanted.size() + 1, "one number for each distinct token");
    must(numbers.size() == own.size(), "a number for each token");
    for (std::size_t t = 0; t < own.size(); ++t) must(numbers[t] == wanted.at(own[t]), "numbers as they come");
    for (const auto& [token, number] : wanted) must(numbering.value(number) == token, "the token of a number");
    for (const std::uint64_t token : other) {
        const auto found = wanted.find(token);
        must(numbering[token] == (found == wanted.end() ? reuse::Numbering::absent : found->second), "what is absent");
    }
}

void check_filter(const Tokens& own, std::size_t room) {
    reuse::HashFilter filter;
    filter.clear(room);
    for (const std::uint64_t token : own) must(!filter.may_have(token), "a filter that was given nothing has nothing");
    filter.add(own);
    for (const std::uint64_t token : own) must(filter.may_have(token), "a filter has what it was given");
}

/// The places and numbers of the tokens of a text that another has too.
void check_common(const reuse::CommonTokens& found, const Tokens& text, const Tokens& other,
                  const std::map<std::uint64_t, std::int32_t>& numbers) {
    const auto in_other = numbered(other);
    std::vector<std::uint32_t> places;
    Numbers wanted;
    for (std::size_t t = 0; t < text.size(); ++t) {
        if (!in_other.contains(text[t])) continue;
        places.push_back(static_cast<std::uint32_t>(t));
        wanted.push_back(numbers.at(text[t]));
    }
    must(std::equal(found.places.begin(), found.places.end(), places.begin(), places.end()), "places in common");
    must(std::equal(found.numbers.begin(), found.numbers.end(), wanted.begin(), wanted.end()), "numbers in common");
}

/// Compares `own` with several sequences at once, and each prefix of it with the table.
template <std::size_t count>
void check_lengths(const reuse::CommonSubsequence& subsequence, const Numbers& own,
                   const std::array<Numbers, count>& others) {
    std::array<std::span<const std::int32_t>, count> sequences;
    for (std::size_t k = 0; k < count; ++k) sequences[k] = others[k];
    std::array<std::vector<int>, count> wanted;
    for (std::size_t k = 0; k < count; ++k) wanted[k] = naive::common_subsequences(others[k], own);
    for (const bool set : {false, reuse::has_avx512()}) {
        at_once = set;
        const auto found = subsequence.lengths<count>(own, sequences);
        for (std::size_t k = 0; k < count; ++k) {
            for (std::size_t i = 0; i <= own.size(); ++i) {
                must(found[k][i] == wanted[k][i], set ? "lengths with AVX-512" : "lengths by words");
            }
        }
    }
}

Numbers as_numbers(std::span<const std::int32_t> numbers) { return {numbers.begin(), numbers.end()}; }

Numbers turned(Numbers numbers, std::size_t by) {
    if (!numbers.empty()) std::rotate(numbers.begin(), numbers.begin() + by % numbers.size(), numbers.end());
    return numbers;
}

Numbers backwards(Numbers numbers) {
    std::reverse(numbers.begin(), numbers.end());
    return numbers;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const std::size_t by = input.byte(), sequences = 1 + input.byte() % 3, room = input.below(3000);
    Author author(input);
    const std::vector<Text> first = author.write_all(1, most_tokens);
    const Tokens& own = first[0].tokens;
    const Tokens other = author.write(cells / (own.size() + 1), first).tokens;
    check_numbers(own, other);
    check_filter(own, room);

    const auto numbers = numbered(own);
    reuse::CommonSubsequence subsequence(own);
    reuse::CommonTokens of_own, of_other;
    subsequence.find_common(other, of_own, of_other);
    check_common(of_own, own, other, numbers);
    check_common(of_other, other, own, numbers);

    const Numbers mine = as_numbers(of_own.numbers), theirs = as_numbers(of_other.numbers);
    if (sequences == 1) check_lengths<1>(subsequence, mine, {theirs});
    if (sequences == 2) check_lengths<2>(subsequence, mine, {theirs, backwards(theirs)});
    if (sequences == 3) check_lengths<3>(subsequence, mine, {theirs, backwards(theirs), turned(theirs, by)});
    must(subsequence.length(other) == naive::common_subsequences(other, own).back(), "the longest of all");
    return 0;
}
