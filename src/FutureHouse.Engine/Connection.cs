using FutureHouse.Authentication;
using FutureHouse.Errors;
using FutureHouse.Platform;
using FutureHouse.Transfer;

namespace FutureHouse;

/// <summary>A log-in to a service. No secret is a property of it; what works with the service is behind methods.</summary>
public sealed class Connection : IDisposable
{
    private readonly PlatformClient _client;
    private readonly TransferEngine _transfers;
    private readonly LocalPlatformProcess? _local;
    private readonly string? _notice;
    private bool _disposed;

    private Connection(PlatformClient client, IReadOnlyList<string> organizations, string? notice, LocalPlatformProcess? local)
    {
        _notice = notice;
        _client = client;
        _transfers = new TransferEngine(client);
        _local = local;
        Organizations = organizations;
    }

    /// <summary>Address of the service.</summary>
    public Uri ServiceUri => _client.ServiceUri;

    /// <summary>Names of the user's organisations.</summary>
    public IReadOnlyList<string> Organizations { get; }

    /// <summary>When the access token at hand expires; it is renewed before, unless it was given ready.</summary>
    public DateTimeOffset? ExpiresAt => _client.TokenExpiresAt;

    /// <summary>Whether the service is a local platform.</summary>
    public bool IsLocal => _local is not null;

    /// <summary>Folder of the local platform's store, or <see langword="null"/>.</summary>
    public string? LocalPath => _local?.StoreDirectory;

    /// <summary>
    /// Logs in and reads the user's organisations (Protocol §1), which also shows whether a ready token is good. They are
    /// for show: where the service cannot tell them, there is a connection all the same.
    /// </summary>
    /// <param name="options">Service and credential.</param>
    /// <param name="local">The local platform behind it, which the connection then owns; else <see langword="null"/>.</param>
    /// <param name="ct">Cancels it.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="AuthenticationFailedException">The service refuses the key or token.</exception>
    /// <exception cref="NetworkException">The service cannot be reached.</exception>
    public static async Task<Connection> OpenAsync(PlatformClientOptions options, LocalPlatformProcess? local, CancellationToken ct)
    {
        var client = new PlatformClient(options with { ServiceName = local?.StoreDirectory });
        try
        {
            await client.LogInAsync(ct).ConfigureAwait(false);
            try
            {
                return new Connection(client, await client.GetOrganizationsAsync(Resilience.Patience.Brief, ct).ConfigureAwait(false), null, local);
            }
            catch (FutureHouseException e) when (e is NotFoundException or ForbiddenException or InvalidRequestException or ServiceUnavailableException)
            {
                return new Connection(client, [], e.Message, local);
            }
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>The typed calls of the service.</summary>
    /// <returns>One client for all; not to be disposed of.</returns>
    public PlatformClient GetClient()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _client;
    }

    /// <summary>Sends and fetches files.</summary>
    /// <returns>One engine for all.</returns>
    public TransferEngine GetTransfers()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _transfers;
    }

    /// <summary>Why the organisations are not known, though the log-in worked.</summary>
    /// <returns>One sentence, or <see langword="null"/>.</returns>
    public string? GetNotice() => _notice;

    /// <summary>Ends the connection, and the local platform where this session started it.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _client.Dispose();
            _local?.Dispose();
        }
    }

    /// <summary>The address.</summary>
    /// <returns>A line for display.</returns>
    public override string ToString() => ServiceUri.ToString();
}
