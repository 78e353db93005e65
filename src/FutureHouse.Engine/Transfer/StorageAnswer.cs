using System.Globalization;
using System.Net;
using System.Xml;
using System.Xml.Linq;
using FutureHouse.Platform.Http;

namespace FutureHouse.Transfer;

/// <summary>What the storage's refusal means for a transfer.</summary>
internal enum StorageFailure
{
    /// <summary>Sending it again would give the same answer.</summary>
    Final,

    /// <summary>Worth another attempt.</summary>
    Transient,

    /// <summary>The signed URL does not count any more, or never did: a fresh one is needed.</summary>
    UrlRefused,

    /// <summary>The bytes are not those of the hash.</summary>
    BadDigest,

    /// <summary>The upload or session is not known (any more).</summary>
    Gone,
}

/// <summary>A refusal of the storage, read: its XML error code and message, never its URL.</summary>
internal sealed record StorageAnswer(HttpStatusCode Status, string? Code, string? Message, TimeSpan? RetryAfter, TimeSpan? ClockSkew)
{
    private const int MaximumBody = 64 * 1024;
    private static readonly TimeSpan NotableSkew = TimeSpan.FromMinutes(3);

    public StorageFailure Failure => ((int)Status, Code) switch
    {
        (400, "ExpiredToken") or (403, _) or (401, _) => StorageFailure.UrlRefused,
        (400, "BadDigest") => StorageFailure.BadDigest,
        (404 or 410, _) => StorageFailure.Gone,
        (408 or 429 or 500 or 502 or 503 or 504, _) => StorageFailure.Transient,
        _ => StorageFailure.Final,
    };

    /// <summary>The service asks to slow down.</summary>
    public bool IsPressure => Status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable;

    /// <summary>Reads an answer that is no success.</summary>
    public static async Task<StorageAnswer> ReadAsync(HttpResponseMessage answer, TimeProvider clock, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        string? code = null;
        string? message = null;
        if (answer.Content.Headers.ContentType?.MediaType is "application/xml" or "text/xml")
        {
            try
            {
                var (bytes, _) = await BoundedBody.ReadAsync(answer.Content, MaximumBody, static () => { }, cancellationToken).ConfigureAwait(false);
                var error = XDocument.Load(new MemoryStream(bytes.ToArray())).Root;
                code = error?.Element("Code")?.Value;
                message = error?.Element("Message")?.Value;
            }
            catch (Exception e) when (e is XmlException or IOException or HttpRequestException)
            {
                // The status alone has to do.
            }
        }

        var skew = answer.Headers.Date is { } date && (now - date).Duration() > NotableSkew ? now - date : (TimeSpan?)null;
        return new StorageAnswer(answer.StatusCode, code, Redactor.Clean(message, null), Resilience.RetryAfter.Read(answer.Headers, now), skew);
    }

    /// <summary>Status and code, for messages.</summary>
    public override string ToString()
    {
        var text = Code is null ? ((int)Status).ToString(CultureInfo.InvariantCulture) : $"{(int)Status} {Code}";
        text = RetryAfter is { } wait ? string.Format(CultureInfo.CurrentCulture, StorageMessages.AskedToWait, text, Math.Ceiling(wait.TotalSeconds)) : text;
        return ClockSkew is { } skew
            ? text + string.Format(CultureInfo.CurrentCulture, TransferMessages.ClockSkew, Math.Round(Math.Abs(skew.TotalMinutes)), skew > TimeSpan.Zero ? TransferMessages.Ahead : TransferMessages.Behind)
            : text;
    }
}
