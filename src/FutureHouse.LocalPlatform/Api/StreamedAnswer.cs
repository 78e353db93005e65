using System.Buffers;
using System.Text.Json;
using FutureHouse.LocalPlatform.Storage;
using Microsoft.EntityFrameworkCore;

namespace FutureHouse.LocalPlatform.Api;

/// <summary>
/// Writes a list as it is read: page by page in the order of the rows' keys, row by row, so that memory and the time to the first item do not depend on how many there are. What is added
/// meanwhile comes at the end or not at all. What fails before anything has gone out is answered as any error is.
/// </summary>
internal static class StreamedAnswer
{
    /// <summary>Rows that are read at once.</summary>
    public const int PageSize = 500;

    private const int WriteAt = 32 * 1024;

    /// <param name="context">The request.</param>
    /// <param name="store">What is read.</param>
    /// <param name="before">Writes the members before the list.</param>
    /// <param name="list">Name of the list.</param>
    /// <param name="rows">The rows with a key greater than the given one, in the order of their keys.</param>
    /// <param name="item">Key of a row, and what is written of it.</param>
    public static async Task WriteAsync<T>(
        HttpContext context, PlatformStore store, Action<Utf8JsonWriter> before, string list, Func<PlatformDbContext, long, IQueryable<T>> rows, Func<T, (long Key, object Item)> item)
    {
        var token = context.RequestAborted;
        context.Response.ContentType = "application/json; charset=utf-8";
        var buffer = new ArrayBufferWriter<byte>(2 * WriteAt);
        await using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        before(json);
        json.WriteStartArray(list);
        var last = 0L;
        while (await store.ReadAsync(WritePageAsync, token))
        {
            // Until a page is not full.
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await SendAsync();

        async Task<bool> WritePageAsync(PlatformDbContext database)
        {
            var count = 0;
            await foreach (var row in rows(database, last).Take(PageSize).AsAsyncEnumerable().WithCancellation(token))
            {
                var (key, value) = item(row);
                JsonSerializer.Serialize(json, value, JsonSerializerOptions.Web);
                (last, count) = (key, count + 1); // a page that is read again after a failure goes on here
                if (json.BytesPending + buffer.WrittenCount > WriteAt)
                {
                    await SendAsync();
                }
            }

            return count == PageSize;
        }

        async Task SendAsync()
        {
            await json.FlushAsync(token);
            await context.Response.BodyWriter.WriteAsync(buffer.WrittenMemory, token);
            buffer.ResetWrittenCount();
        }
    }
}
