using System.Text.Json;
using FutureHouse.LocalPlatform.Authentication;
using FutureHouse.LocalPlatform.Storage;
using Microsoft.EntityFrameworkCore;

namespace FutureHouse.LocalPlatform.Api;

/// <summary>
/// Writes a dataset's answer as its entries are read (Protocol §3): page by page in the order of creation, row by row, so that memory and the time to the first entry do not depend on how many
/// there are. Entries that are made meanwhile come at the end or not at all.
/// </summary>
internal sealed class DatasetAnswer(PlatformStore store)
{
    private const int PageSize = 500;
    private const int FlushAt = 32 * 1024;

    public async Task WriteAsync(HttpContext context, DatasetRow dataset)
    {
        var token = context.RequestAborted;
        context.Response.ContentType = "application/json; charset=utf-8";
        var body = context.Response.BodyWriter;
        await using var json = new Utf8JsonWriter(body, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WritePropertyName("dataset");
        JsonSerializer.Serialize(json, EntryAnswers.Dataset(dataset), JsonSerializerOptions.Web);
        json.WriteStartArray("data_storage_entries");
        var last = 0L;
        while (await store.ReadAsync(WritePageAsync, token))
        {
            // Until a page is not full.
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(token);

        async Task<bool> WritePageAsync(PlatformDbContext database)
        {
            var count = 0;
            await foreach (var row in Page(database, dataset.Id, last, context.Caller()).WithCancellation(token))
            {
                JsonSerializer.Serialize(json, EntryAnswers.Listed(row.Entry, row.StorageType, row.ContentType), JsonSerializerOptions.Web);
                (last, count) = (row.Entry.Key, count + 1); // a page that is read again after a failure goes on here
                if (json.BytesPending + body.UnflushedBytes > FlushAt)
                {
                    await json.FlushAsync(token);
                    await body.FlushAsync(token);
                }
            }

            return count == PageSize;
        }
    }

    // One value each by a query of its own: a join would put all locations of all entries in order first.
    private static IAsyncEnumerable<Row> Page(PlatformDbContext database, Guid dataset, long after, PlatformUser caller) => EntryAccess.Readable(database.Entries, caller)
        .Where(e => e.DatasetId == dataset && e.Key > after)
        .OrderBy(e => e.Key)
        .Take(PageSize)
        .Select(e => new Row(
            e,
            e.Locations.OrderBy(l => l.Ordinal).Select(l => l.StorageType).FirstOrDefault(),
            e.Locations.OrderBy(l => l.Ordinal).Select(l => l.ContentType).FirstOrDefault()))
        .AsAsyncEnumerable();

    private sealed record Row(EntryRow Entry, string? StorageType, string? ContentType);
}
