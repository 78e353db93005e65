using FutureHouse.LocalPlatform.Hosting;

namespace FutureHouse.LocalPlatform.Storage;

/// <summary>Removes idempotency keys that are too old to count (<see cref="PlatformStore.IsFresh"/>).</summary>
internal sealed class IdempotencySweep(PlatformStore store) : ISweep
{
    public Task PassAsync(CancellationToken cancellationToken) => store.RemoveForgottenKeysAsync(cancellationToken);
}
