namespace FutureHouse.Errors;

/// <summary>There is no connection and nothing to make one from. Error id <c>FhNotConnected</c>.</summary>
public sealed class NotConnectedException : FutureHouseException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">One sentence: what went wrong, with which item.</param>
    /// <param name="innerException">What lies beneath, if anything.</param>
    public NotConnectedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "FhNotConnected";
}

/// <summary>The service refused the key or the token (Protocol §1). Error id <c>FhAuthenticationFailed</c>.</summary>
public sealed class AuthenticationFailedException : FutureHouseException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">One sentence: what went wrong, with which item.</param>
    /// <param name="innerException">What lies beneath, if anything.</param>
    public AuthenticationFailedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "FhAuthenticationFailed";
}

/// <summary>The caller may not do this (403). Error id <c>FhForbidden</c>.</summary>
public sealed class ForbiddenException : FutureHouseException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">One sentence: what went wrong, with which item.</param>
    /// <param name="innerException">What lies beneath, if anything.</param>
    public ForbiddenException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "FhForbidden";
}

/// <summary>There is no such entry, dataset or route, or it is not the caller's to see (404). Error id <c>FhNotFound</c>.</summary>
public sealed class NotFoundException : FutureHouseException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">One sentence: what went wrong, with which item.</param>
    /// <param name="innerException">What lies beneath, if anything.</param>
    public NotFoundException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "FhNotFound";
}

/// <summary>The service, or the check before it, refused the request as invalid (400, 422). Error id <c>FhInvalidRequest</c>.</summary>
public sealed class InvalidRequestException : FutureHouseException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">One sentence: what went wrong, with which item.</param>
    /// <param name="innerException">What lies beneath, if anything.</param>
    public InvalidRequestException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "FhInvalidRequest";

    /// <summary>The fields the service named, each with its message; empty where it gave one sentence only.</summary>
    public IReadOnlyList<FieldError> Fields { get; init; } = [];
}

/// <summary>The request collides with what is there (409). Error id <c>FhConflict</c>.</summary>
public sealed class ConflictException : FutureHouseException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">One sentence: what went wrong, with which item.</param>
    /// <param name="innerException">What lies beneath, if anything.</param>
    public ConflictException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "FhConflict";
}

/// <summary>The service asked to slow down (429) longer than the retries last. Error id <c>FhThrottled</c>.</summary>
public sealed class ThrottledException : FutureHouseException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">One sentence: what went wrong, with which item.</param>
    /// <param name="innerException">What lies beneath, if anything.</param>
    public ThrottledException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "FhThrottled";

    /// <summary>How long the service asked to wait, if it said so.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>The service failed (5xx, or an answer that is none) longer than the retries last. Error id <c>FhServiceUnavailable</c>.</summary>
public sealed class ServiceUnavailableException : FutureHouseException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">One sentence: what went wrong, with which item.</param>
    /// <param name="innerException">What lies beneath, if anything.</param>
    public ServiceUnavailableException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "FhServiceUnavailable";
}

/// <summary>The service could not be reached. Error id <c>FhNetwork</c>.</summary>
public sealed class NetworkException : FutureHouseException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">One sentence: what went wrong, with which item.</param>
    /// <param name="innerException">What lies beneath, if anything.</param>
    public NetworkException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "FhNetwork";
}

/// <summary>No answer came within the time-out. Error id <c>FhTimeout</c>.</summary>
public sealed class ServiceTimeoutException : FutureHouseException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">One sentence: what went wrong, with which item.</param>
    /// <param name="innerException">What lies beneath, if anything.</param>
    public ServiceTimeoutException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "FhTimeout";
}

/// <summary>There is nothing at the path. Error id <c>FhPathNotFound</c>.</summary>
public sealed class PathNotFoundException : FutureHouseException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">One sentence: what went wrong, with which item.</param>
    /// <param name="innerException">What lies beneath, if anything.</param>
    public PathNotFoundException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "FhPathNotFound";
}

/// <summary>What is at the path cannot be read as a file. Error id <c>FhPathUnreadable</c>.</summary>
public sealed class PathUnreadableException : FutureHouseException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">One sentence: what went wrong, with which item.</param>
    /// <param name="innerException">What lies beneath, if anything.</param>
    public PathUnreadableException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "FhPathUnreadable";
}

/// <summary>The file changed while it was being sent. Error id <c>FhFileChanged</c>.</summary>
public sealed class FileChangedException : FutureHouseException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">One sentence: what went wrong, with which item.</param>
    /// <param name="innerException">What lies beneath, if anything.</param>
    public FileChangedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "FhFileChanged";
}

/// <summary>The bytes are not those that were stored or sent. Error id <c>FhChecksumMismatch</c>.</summary>
public sealed class ChecksumMismatchException : FutureHouseException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">One sentence: what went wrong, with which item.</param>
    /// <param name="innerException">What lies beneath, if anything.</param>
    public ChecksumMismatchException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "FhChecksumMismatch";
}

/// <summary>The bytes could not be sent. Error id <c>FhUploadFailed</c>.</summary>
public sealed class UploadFailedException : FutureHouseException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">One sentence: what went wrong, with which item.</param>
    /// <param name="innerException">What lies beneath, if anything.</param>
    public UploadFailedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "FhUploadFailed";
}

/// <summary>The bytes could not be fetched or written. Error id <c>FhDownloadFailed</c>.</summary>
public sealed class DownloadFailedException : FutureHouseException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">One sentence: what went wrong, with which item.</param>
    /// <param name="innerException">What lies beneath, if anything.</param>
    public DownloadFailedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "FhDownloadFailed";

    /// <summary>State of the entry, where that is why there is nothing to fetch.</summary>
    public EntryStatus? Status { get; init; }
}

/// <summary>The name is taken at the destination. Error id <c>FhDestinationExists</c>.</summary>
public sealed class DestinationExistsException : FutureHouseException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">One sentence: what went wrong, with which item.</param>
    /// <param name="innerException">What lies beneath, if anything.</param>
    public DestinationExistsException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "FhDestinationExists";
}

/// <summary>The archive would write outside its folder or beyond its limits. Error id <c>FhUnsafeArchive</c>.</summary>
public sealed class UnsafeArchiveException : FutureHouseException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">One sentence: what went wrong, with which item.</param>
    /// <param name="innerException">What lies beneath, if anything.</param>
    public UnsafeArchiveException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "FhUnsafeArchive";
}

/// <summary>The archive is encrypted, in parts, or compressed by a method that is not read. Error id <c>FhUnsupportedArchive</c>.</summary>
public sealed class UnsupportedArchiveException : FutureHouseException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">One sentence: what went wrong, with which item.</param>
    /// <param name="innerException">What lies beneath, if anything.</param>
    public UnsupportedArchiveException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "FhUnsupportedArchive";
}

/// <summary>The manifest cannot be read. Error id <c>FhManifestInvalid</c>.</summary>
public sealed class ManifestInvalidException : FutureHouseException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">One sentence: what went wrong, with which item.</param>
    /// <param name="innerException">What lies beneath, if anything.</param>
    public ManifestInvalidException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "FhManifestInvalid";

    /// <summary>The line it is in, from 1; <see langword="null"/> where it is the file as a whole.</summary>
    public int? Line { get; init; }

    /// <summary>The column of the line, in characters from 1; <see langword="null"/> where it is the file as a whole.</summary>
    public int? Column { get; init; }
}

/// <summary>This release cannot fetch from that kind of store. Error id <c>FhUnsupportedStorage</c>.</summary>
public sealed class UnsupportedStorageException : FutureHouseException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">One sentence: what went wrong, with which item.</param>
    /// <param name="innerException">What lies beneath, if anything.</param>
    public UnsupportedStorageException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <inheritdoc/>
    public override string ErrorId => "FhUnsupportedStorage";
}

/// <summary>A field that the service refused (Protocol §1).</summary>
/// <param name="Field">Path of the field, such as <c>body.name</c>.</param>
/// <param name="Message">The service's words.</param>
public sealed record FieldError(string Field, string Message);
