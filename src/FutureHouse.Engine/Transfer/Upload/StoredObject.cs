using System.Net;
using System.Net.Http.Headers;
using FutureHouse.Errors;

namespace FutureHouse.Transfer.Upload;

/// <summary>Looks at what the storage holds for an entry: size and CRC32C, from one byte of it (Protocol §2).</summary>
internal static class StoredObject
{
    /// <summary>Whether the object is there and is what was sent. Looking needs the entry active, which it then may be.</summary>
    /// <exception cref="ChecksumMismatchException">It is there, and is something else.</exception>
    public static async Task<bool> IsAsync(TransferContext context, UploadState state, SourceFile source, CancellationToken cancellationToken)
    {
        DataEntry entry;
        try
        {
            entry = await context.Client.SetEntryStatusAsync(state.EntryId, EntryStatus.Active, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ConflictException or InvalidRequestException)
        {
            return false; // no bytes there
        }

        var url = entry.Locations.FirstOrDefault(l => l.SignedUrl is not null)?.SignedUrl
            ?? (await context.Client.GetEntryAsync(state.EntryId, default, cancellationToken).ConfigureAwait(false)).Locations.FirstOrDefault(l => l.SignedUrl is not null)?.SignedUrl;
        if (url is null)
        {
            return false;
        }

        if (await AskAsync(context, url, source.Path, cancellationToken).ConfigureAwait(false) is not { } told)
        {
            return false;
        }

        ThrowIfOther(told.Crc32C, state.Crc32C, source);
        return told.Size == source.Size;
    }

    /// <summary>Size (bytes) and CRC32C of what an entry holds: of its text, or by one byte of its object. Null where it holds neither, or the storage does not tell.</summary>
    public static async Task<(long Size, string Crc32C)?> LookAsync(TransferContext context, Guid id, CancellationToken cancellationToken)
    {
        var entry = await context.Client.GetEntryAsync(id, default, cancellationToken).ConfigureAwait(false);
        if (entry.GetText() is { } text)
        {
            return (System.Text.Encoding.UTF8.GetByteCount(text), StoredFiles.Sum(text));
        }

        return entry.Locations.FirstOrDefault(l => l.SignedUrl is not null)?.SignedUrl is { } url
            && await AskAsync(context, url, entry.Name, cancellationToken).ConfigureAwait(false) is { Size: { } size, Crc32C: { } crc }
            ? (size, crc)
            : null;
    }

    /// <summary>What the storage tells of an object; null where it refuses to.</summary>
    private static Task<(long? Size, string? Crc32C)?> AskAsync(TransferContext context, Uri url, string name, CancellationToken cancellationToken)
    {
        var exchange = new StorageExchange(context, name, context.Options.DownloadStall, (trouble, failures) =>
            new UploadFailedException(TransferContext.Format(TransferMessages.SessionFailed, name, trouble, failures)) { Target = name, IsTransient = true });
        return exchange.RepeatAsync(
            async token => await exchange.SendAsync<(long? Size, string? Crc32C)?>(
                _ =>
                {
                    var request = TransferContext.Request(HttpMethod.Get, url);
                    request.Headers.Range = new RangeHeaderValue(0, 0);
                    return request;
                },
                (answer, _) => new(answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable
                    ? (answer.Content.Headers.ContentRange?.Length ?? answer.Content.Headers.ContentLength, GoogHash.Crc32C(answer))
                    : Taken<(long?, string?)?>.Refusal),
                _ => new(((long?, string?)?)null),
                token).ConfigureAwait(false),
            cancellationToken);
    }

    /// <exception cref="ChecksumMismatchException">The checksum is told and is another.</exception>
    public static void ThrowIfOther(string? told, uint sent, SourceFile source)
    {
        if (told is not null && told != Crc32C.ToBase64(sent))
        {
            throw new ChecksumMismatchException(TransferContext.Format(TransferMessages.StoredDiffers, source.Path, told, Crc32C.ToBase64(sent))) { Target = source.Path };
        }
    }
}
