namespace FutureHouse.Platform.Http;

/// <summary>Which addresses of a service's answers are used: signed URLs and sessions of uploads (Protocol §4).</summary>
internal static class ServiceAddress
{
    /// <summary>
    /// Whether bytes may go to an address: https; plain http only on this machine's loopback, and only where the service
    /// itself is there, so that no service sends a client to what listens on the client's own machine.
    /// </summary>
    /// <param name="address">The address.</param>
    /// <param name="service">The service that gave it.</param>
    /// <returns>Whether it may be used.</returns>
    public static bool IsUsable(Uri address, Uri service) =>
        address.Scheme == Uri.UriSchemeHttps ? !address.IsLoopback || service.IsLoopback
        : address.Scheme == Uri.UriSchemeHttp && address.IsLoopback && service.IsLoopback;
}
