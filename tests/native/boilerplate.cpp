// SPDX-License-Identifier: Apache-2.0
// Length: 400
// Share: 3
// `standing`, `among`, `mark` and `blank` against maps and sets.
#include "boilerplate.hpp"

#include <string_view>

#include "naive/boilerplate.hpp"
#include "naive/made.hpp"

namespace {

using Texts = std::vector<naive::Bytes>;

/// What pages are made of, byte by byte: words, characters, signs that end lines and sentences, broken UTF-8.
constexpr std::string_view pieces[] = {"all ",     "our ", "news ", "in one ", "place ",       "x ", "read on",
                                       ". ",       "\n",   "\r\n",  "\r",      "\xE2\x80\xA9", ", ", "été ",
                                       "日",       "本",   "語",    "。",      " > ",          "”",  "\xE2\x82",
                                       "\xF0\x9F", "\xFF", "3.5 ",  "? "};

/// Pages: a byte below 96 is a piece, one below 128 the piece before it once more, one below 160 ends a page, one
/// below 192 is the page before this one up to here; all others stand for themselves.
Texts texts(Input& input) {
    Texts texts(1);
    std::uint8_t before = 0;
    for (const std::uint8_t byte : input.rest()) {
        naive::Bytes& text = texts.back();
        if (byte < 128) {
            before = byte < 96 ? byte : before;
            const std::string_view piece = pieces[before % std::size(pieces)];
            text.insert(text.end(), piece.begin(), piece.end());
        } else if (byte < 160) {
            texts.emplace_back();
        } else if (byte < 192) {
            if (texts.size() < 2 || text.size() > 2'000) continue;
            const naive::Bytes copied = texts[texts.size() - 2];
            text.insert(text.end(), copied.begin(), copied.end());
        } else {
            text.push_back(byte);
        }
    }
    return texts;
}

struct Laid {
    naive::Rows<std::uint8_t> rows;
    std::vector<naive::Text> texts;
    std::vector<std::vector<std::uint64_t>> shingles;

    Laid(const Texts& contents, naive::Lengths lengths) {
        for (const naive::Bytes& content : contents) {
            rows.add(content);
            texts.emplace_back(content);
            shingles.push_back(texts.back().shingles(lengths));
        }
    }
};

/// Every so many of the shingles of all texts.
naive::HashSet some_of(const Laid& laid, std::size_t step) {
    naive::HashSet some;
    std::size_t number = 0;
    for (const auto& row : laid.shingles) {
        for (const std::uint64_t shingle : row) {
            if (step && number++ % step == 0) some.insert(shingle);
        }
    }
    return some;
}

std::vector<std::uint64_t> ascending(const naive::HashSet& set) { return {set.begin(), set.end()}; }

void check_standing(Input& input, naive::Lengths lengths, int threads) {
    const naive::Standards standards{1U + input.byte() % 4, 1U + input.byte() % 6, input.byte() % 6U,
                                     input.byte() % 6U};
    const std::size_t size_of_site = 1 + input.byte() % 8;
    const Laid laid(texts(input), lengths);
    // Pages go to sites in turn, so that rows of a site are not beside each other; the last site is empty.
    const std::size_t sites = laid.texts.size() / size_of_site + 1;
    naive::Rows<std::int32_t> site_rows;
    naive::Rows<std::uint64_t> expected;
    std::vector<std::int32_t> counts;
    for (std::size_t site = 0; site <= sites; ++site) {
        std::vector<std::int32_t> rows;
        std::vector<naive::HashSet> pages;
        for (std::size_t text = site; text < laid.texts.size() && site < sites; text += sites) {
            rows.push_back(static_cast<std::int32_t>(text));
            pages.emplace_back(laid.shingles[text].begin(), laid.shingles[text].end());
        }
        site_rows.add(rows);
        std::vector<std::uint64_t> hashes;
        for (const auto& [hash, count] : naive::standing(pages, standards)) {
            hashes.push_back(hash);
            counts.push_back(static_cast<std::int32_t>(count));
        }
        expected.add(hashes);
    }
    const reuse::Counted found = reuse::standing(
        laid.rows.values, laid.rows.offsets, site_rows.values, site_rows.offsets, {lengths.word, lengths.character},
        {standards.least_pages, standards.one_in, standards.least_own, standards.most_times}, threads);
    must(found.hash == expected.values && found.offsets == expected.offsets, "what stands on many pages");
    must(found.count == counts, "on how many");
}

void check_among(Input& input, naive::Lengths lengths, int threads) {
    const std::size_t step = input.byte() % 8;
    const std::uint8_t unwanted = input.byte();
    const Laid laid(texts(input), lengths);
    const naive::HashSet some = some_of(laid, step);
    std::vector<std::uint8_t> wanted;
    naive::Rows<std::uint64_t> expected;
    std::vector<std::int32_t> distinct, places;
    for (std::size_t text = 0; text < laid.texts.size(); ++text) {
        wanted.push_back(unwanted >> text % 8 & 1 ? 0 : 3);
        const std::vector<std::uint64_t> none, &shingles = wanted.back() ? laid.shingles[text] : none;
        const naive::HashSet all(shingles.begin(), shingles.end());
        naive::HashSet found;
        for (const std::uint64_t shingle : all) {
            if (!some.contains(shingle)) continue;
            found.insert(shingle);
            places.push_back(
                static_cast<std::int32_t>(std::find(shingles.begin(), shingles.end(), shingle) - shingles.begin()));
        }
        distinct.push_back(static_cast<std::int32_t>(all.size()));
        expected.add(found);
    }
    const reuse::Among found = reuse::among(laid.rows.values, laid.rows.offsets, wanted, ascending(some),
                                            {lengths.word, lengths.character}, threads);
    must(found.distinct == distinct, "how many shingles each text has");
    must(found.hash == expected.values && found.offsets == expected.offsets, "those among some");
    must(found.place == places, "where each stands first");
}

void check_mark(Input& input, naive::Lengths lengths, int threads) {
    const naive::Lengths least{input.byte() % 16U, input.byte() % 16U};
    const std::size_t site_step = input.byte() % 8, own_step = input.byte() % 32;
    const std::uint8_t without = input.byte();
    const Laid laid(texts(input), lengths);
    const naive::HashSet site = some_of(laid, site_step), own = some_of(laid, own_step), none;
    naive::Rows<std::uint64_t> sets;
    sets.add(none);
    sets.add(site);
    std::vector<std::int32_t> set_of, begin, end, words;
    std::vector<std::int64_t> offsets{0};
    for (std::size_t text = 0; text < laid.texts.size(); ++text) {
        set_of.push_back(without >> text % 8 & 1 ? static_cast<std::int32_t>(text % 2) - 1 : 1);
        const naive::Text& of_text = laid.texts[text];
        for (const auto& [first, last] : naive::mark(of_text, lengths, least, set_of.back() == 1 ? site : none, own)) {
            begin.push_back(static_cast<std::int32_t>(of_text.begin[first]));
            end.push_back(static_cast<std::int32_t>(of_text.end[last - 1]));
            words.push_back(static_cast<std::int32_t>(last - first));
        }
        offsets.push_back(static_cast<std::int64_t>(begin.size()));
    }
    const reuse::Stretches found =
        reuse::mark(laid.rows.values, laid.rows.offsets, set_of, sets.values, sets.offsets, ascending(own),
                    {lengths.word, lengths.character}, {least.word, least.character}, threads);
    must(found.begin == begin && found.end == end, "the stretches that are covered");
    must(found.words == words && found.offsets == offsets, "their words, and of which text they are");
}

void check_blank(Input& input, int threads) {
    const std::size_t apart = 1 + input.byte() % 16, most = 1 + input.byte() % 16;
    const Laid laid(texts(input), {1, 1});
    naive::Rows<std::uint8_t> blanked, kept;
    std::vector<std::int32_t> begin, end;
    std::vector<std::int64_t> offsets{0};
    for (std::size_t text = 0; text < laid.texts.size(); ++text) {
        // As many places as bytes are allowed, though code points may be fewer.
        const std::size_t bytes = laid.rows.at(text).size();
        std::vector<naive::Bytes> points = laid.texts[text].points;
        std::size_t from = text % apart;
        while (from < bytes) {
            const std::size_t to = std::min(bytes, from + 1 + (from + text) % most);
            begin.push_back(static_cast<std::int32_t>(from));
            end.push_back(static_cast<std::int32_t>(to));
            kept.add(naive::blank(points, {from, to}));
            from = to + (to * 7 + text) % apart;
        }
        offsets.push_back(static_cast<std::int64_t>(begin.size()));
        naive::Bytes joined;
        for (const naive::Bytes& point : points) joined.insert(joined.end(), point.begin(), point.end());
        blanked.add(joined);
    }
    const reuse::Blanked found = reuse::blank(laid.rows.values, laid.rows.offsets, begin, end, offsets, threads);
    const auto same = [](const auto& column, const auto& values) {
        return std::equal(values.begin(), values.end(), column.data(), column.data() + column.size());
    };
    must(same(found.text, blanked.values) && found.offsets == blanked.offsets, "texts with stretches left out");
    must(same(found.kept, kept.values) && found.kept_offsets == kept.offsets, "what stood there");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const int threads = naive::threads(input);
    const std::uint8_t kernel = input.byte() % 4;
    const naive::Lengths lengths{1U + input.byte() % 6, 1U + input.byte() % 6};
    if (kernel == 0) check_standing(input, lengths, threads);
    if (kernel == 1) check_among(input, lengths, threads);
    if (kernel == 2) check_mark(input, lengths, threads);
    if (kernel == 3) check_blank(input, threads);
    return 0;
}
