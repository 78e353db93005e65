using FutureHouse.LocalPlatform.Api;

namespace FutureHouse.LocalPlatform.Sources;

/// <summary>Why a row of a table is not given, in words for whoever asked.</summary>
/// <param name="detail">One sentence; never a connection string or a server's own address.</param>
/// <param name="isServerAtFault">The server cannot be reached or does not answer: another time it may.</param>
internal sealed class SourceRowException(string detail, bool isServerAtFault) : Exception(detail)
{
    /// <summary>As the answer to a registration: what cannot be reached is refused (Protocol §5).</summary>
    public ApiException AtRegistration() => ApiException.Invalid(Message);

    /// <summary>As the answer to a read: worth repeating only where the server is at fault (Protocol §1).</summary>
    public ApiException AtRead() => isServerAtFault ? new ApiException(StatusCodes.Status503ServiceUnavailable, Message) : ApiException.Invalid(Message);

    public static SourceRowException TooLarge(string table, long size, long limit) =>
        new($"The row of the table '{table}' is {size} bytes of JSON, more than the {limit} that are given", isServerAtFault: false);
}
