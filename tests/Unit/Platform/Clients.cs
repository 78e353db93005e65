using FutureHouse.Authentication;
using FutureHouse.Platform;

namespace FutureHouse.Tests.Unit.Platform;

/// <summary>Clients for tests: waits are skipped and time-outs are hours, unless a test says otherwise.</summary>
internal static class Clients
{
    public const string Key = "key-of-the-test-0123456789";

    public static PlatformClientOptions Options(Uri service, TimeProvider? time = null, string key = Key) => new()
    {
        ServiceUri = service,
        ApiKey = ApiKeySource.Protect(key),
        TimeProvider = time ?? new SkippingTime(),
        CallTimeout = TimeSpan.FromHours(1),
        ReadTimeout = TimeSpan.FromHours(1),
        CompleteTimeout = TimeSpan.FromHours(1),
    };

    public static PlatformClient Of(Uri service, TimeProvider? time = null, string key = Key) => new(Options(service, time, key));
}
