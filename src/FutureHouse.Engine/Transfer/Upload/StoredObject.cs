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

        var budget = context.NewBudget();
        while (true)
        {
            string? trouble;
            TimeSpan? wait = null;
            using (var guard = new StallGuard(context.Options.DownloadStall, cancellationToken))
            {
                using var request = TransferContext.Request(HttpMethod.Get, url);
                request.Headers.Range = new RangeHeaderValue(0, 0);
                try
                {
                    using var answer = await context.SendAsync(request, guard.Token).ConfigureAwait(false);
                    if (answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
                    {
                        ThrowIfOther(GoogHash.Crc32C(answer), state.Crc32C, source);
                        return (answer.Content.Headers.ContentRange?.Length ?? answer.Content.Headers.ContentLength) == source.Size;
                    }

                    var refusal = await StorageAnswer.ReadAsync(answer, context.Clock, guard.Token).ConfigureAwait(false);
                    if (refusal.Failure != StorageFailure.Transient)
                    {
                        return false;
                    }

                    (trouble, wait) = (refusal.ToString(), refusal.RetryAfter);
                }
                catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
                {
                    trouble = TransferContext.Broken(e, guard, context.Options.DownloadStall);
                }
            }

            context.Log(TransferMessages.LogRepeated, source.Path, trouble);
            if (!await budget.FailedAsync(wait, cancellationToken).ConfigureAwait(false))
            {
                throw new UploadFailedException(TransferContext.Format(TransferMessages.SessionFailed, source.Path, trouble, budget.Failures)) { Target = source.Path };
            }
        }
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
