using System.Text.Json;
using FutureHouse.LocalPlatform.Api;
using FutureHouse.LocalPlatform.Storage;
using Microsoft.EntityFrameworkCore;

namespace FutureHouse.LocalPlatform.Search;

/// <summary>Writes what was found: a flat list of entries. A text of more than 100,000 characters and the embedding are left out: a thousand of them would be gigabytes.</summary>
internal static class SearchAnswers
{
    private const int ShownLength = 100_000;

    /// <summary>The entries of a search.</summary>
    public static async Task<List<Dictionary<string, object?>>> WriteAsync(
        PlatformDbContext database, IReadOnlyList<Found> found, string scoreMember, SearchQuery? query, CancellationToken cancellationToken)
    {
        var keys = found.Select(f => f.Key).ToList();
        var rows = await database.Entries.Where(e => keys.Contains(e.Key)).Select(e => new EntryRow
        {
            Key = e.Key,
            Id = e.Id,
            Name = e.Name,
            Description = e.Description,
            Content = e.Content != null && e.Content.Length <= ShownLength ? e.Content : null,
            Status = e.Status,
            IsCollection = e.IsCollection,
            TagsJson = e.TagsJson,
            ParentId = e.ParentId,
            ProjectId = e.ProjectId,
            DatasetId = e.DatasetId,
            FilePath = e.FilePath,
            UserId = e.UserId,
            CreatedTicks = e.CreatedTicks,
            ModifiedTicks = e.ModifiedTicks,
            ShareStatus = e.ShareStatus,
            ShortAlias = e.ShortAlias,
            MetadataJson = e.MetadataJson,
            Version = e.Version,
            RevisionId = e.RevisionId,
            Locations = e.Locations.OrderBy(l => l.Ordinal).ToList(),
        }).ToDictionaryAsync(e => e.Key, cancellationToken);

        var answers = new List<Dictionary<string, object?>>(found.Count);
        foreach (var (key, score) in found)
        {
            if (!rows.TryGetValue(key, out var row))
            {
                continue; // removed since
            }

            var answer = EntryAnswers.Listed(row);
            answer["version"] = row.Version;
            answer["revision_id"] = row.RevisionId;
            answer[scoreMember] = score;
            if (query?.Highlights is { } options)
            {
                answer["highlights"] = await HighlightsAsync(database, row, query, options, cancellationToken);
            }

            answers.Add(answer);
        }

        return answers;
    }

    private static async Task<Dictionary<string, List<string>>> HighlightsAsync(PlatformDbContext database, EntryRow row, SearchQuery query, HighlightOptions options, CancellationToken cancellationToken)
    {
        var highlights = new Dictionary<string, List<string>>();
        foreach (var field in options.Fields)
        {
            var text = field switch
            {
                "name" => row.Name,
                "description" => row.Description,
                "file_path" => row.FilePath,
                "tags" => row.TagsJson is null ? null : string.Join(' ', JsonSerializer.Deserialize<string[]>(row.TagsJson)!),
                _ => row.Content ?? await database.Entries.Where(e => e.Key == row.Key).Select(e => e.Content!.Substring(0, Highlighter.SearchedLength)).SingleOrDefaultAsync(cancellationToken),
            };
            var ofField = query.Criteria.Where(c => c.Field.Name == field).ToList();
            var words = (query.Words ?? []).Concat(ofField.Where(c => c.Operator == SearchOperator.FullText).SelectMany(c => Words.Of(c.Text))).ToList();
            var parts = ofField.Where(c => c.Operator is SearchOperator.Contains or SearchOperator.StartsWith or SearchOperator.EndsWith).Select(c => c.Text).ToList();
            if (text is not null && new Highlighter(options, words, parts).Fragments(text) is { Count: > 0 } fragments)
            {
                highlights[field] = fragments;
            }
        }

        return highlights;
    }
}
