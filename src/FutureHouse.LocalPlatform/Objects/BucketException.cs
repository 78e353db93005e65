namespace FutureHouse.LocalPlatform.Objects;

/// <summary>The bucket refuses a request; the storage routes answer it as <c>&lt;Error&gt;&lt;Code/&gt;&lt;Message/&gt;&lt;/Error&gt;</c>.</summary>
public sealed class BucketException : Exception
{
    /// <summary>Makes an empty instance.</summary>
    public BucketException() => Code = "InternalError";

    /// <summary>Makes an internal error (500).</summary>
    /// <param name="message">What went wrong.</param>
    public BucketException(string message) : base(message) => Code = "InternalError";

    /// <summary>Makes an internal error (500).</summary>
    /// <param name="message">What went wrong.</param>
    /// <param name="innerException">Why.</param>
    public BucketException(string message, Exception innerException) : base(message, innerException) => Code = "InternalError";

    /// <summary>Makes a refusal.</summary>
    /// <param name="statusCode">HTTP status, 4xx or 5xx.</param>
    /// <param name="code">Error code of the storage service, for example <c>NoSuchUpload</c>.</param>
    /// <param name="message">One sentence; never a URL or a secret.</param>
    /// <param name="details">More, where the storage service says more.</param>
    public BucketException(int statusCode, string code, string message, string? details = null) : base(message)
    {
        StatusCode = statusCode;
        Code = code;
        Details = details;
    }

    /// <summary>HTTP status.</summary>
    public int StatusCode { get; } = 500;

    /// <summary>Error code of the storage service.</summary>
    public string Code { get; }

    /// <summary>The <c>Details</c> element of the answer, if any.</summary>
    public string? Details { get; }
}
