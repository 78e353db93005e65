using System.Net;
using FutureHouse.Resilience;

namespace FutureHouse.Errors;

/// <summary>
/// Something the engine could not do, in one sentence that says what and which. Each kind a caller can act on has a type of its own.
/// No message ever carries a key, a token or a signed URL.
/// </summary>
public abstract class FutureHouseException : Exception
{
    private readonly bool? _isTransient;

    /// <summary>Makes the exception.</summary>
    /// <param name="message">One sentence: what went wrong, with which item.</param>
    /// <param name="innerException">What lies beneath, if anything.</param>
    protected FutureHouseException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>Stable identifier of the kind, such as <c>FhNotFound</c>.</summary>
    public abstract string ErrorId { get; }

    /// <summary>The item it befell: a path, an entry or dataset id, or <see langword="null"/>.</summary>
    public object? Target { get; init; }

    /// <summary>HTTP status of the answer, if there was one.</summary>
    public HttpStatusCode? StatusCode { get; init; }

    /// <summary>The service's own words (<c>detail</c> of Protocol §1), if it had any.</summary>
    public string? ServiceDetail { get; init; }

    /// <summary>The service's identifier of the request, for its support.</summary>
    public string? RequestId { get; init; }

    /// <summary>The entry that was made before the failure and is still there, if any.</summary>
    public Guid? EntryId { get; init; }

    /// <summary>
    /// Whether the cause is one that passes: the network, the service or the storage failed for longer than the caller's patience. The same operation may succeed later.
    /// False where it can never succeed as it is: a refusal, a file that changed, bytes that differ.
    /// </summary>
    public bool IsTransient
    {
        get => _isTransient ?? Repeat != Repeatability.Never;
        init => _isTransient = value;
    }

    /// <summary>Whether the request may be sent again, and what that could do.</summary>
    internal Repeatability Repeat { get; init; }

    /// <summary>Whether it was repeated until the patience was at its end: nobody repeats it again.</summary>
    internal bool GaveUp { get; set; }

    /// <summary>How long the service asked to wait before the request is sent again.</summary>
    internal TimeSpan? WaitHint { get; init; }
}
