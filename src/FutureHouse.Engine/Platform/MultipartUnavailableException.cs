using FutureHouse.Errors;

namespace FutureHouse.Platform;

/// <summary>
/// The service cannot do multipart uploads: there is no such route (404 <c>Not Found</c>, 405, 501), or it fails every time (5xx) (Protocol §4).
/// A signal to go another way; <see cref="Reason"/> is the error to show where there is none.
/// </summary>
internal sealed class MultipartUnavailableException(FutureHouseException reason) : Exception(reason.Message, reason)
{
    /// <summary>What the service said.</summary>
    public FutureHouseException Reason { get; } = reason;
}
