using System.Net;
using FutureHouse.LocalPlatform.Api;
using FutureHouse.LocalPlatform.Authentication;
using FutureHouse.LocalPlatform.Faults;
using FutureHouse.LocalPlatform.Objects;
using FutureHouse.LocalPlatform.Provenance;
using FutureHouse.LocalPlatform.Search;
using FutureHouse.LocalPlatform.Sources;
using FutureHouse.LocalPlatform.Storage;
using FutureHouse.LocalPlatform.Workspaces;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace FutureHouse.LocalPlatform.Hosting;

/// <summary>A platform that is being served. Tests host it in process, the program as a process of its own.</summary>
public sealed class LocalPlatformHost : IAsyncDisposable
{
    /// <summary>Embeddings and 10 MiB of text as JSON escapes fit; bytes go to the bucket, which has no limit.</summary>
    private const long ApiBodyLimit = 64 * 1024 * 1024;

    private readonly WebApplication _app;
    private readonly StoreFolder _store;

    private LocalPlatformHost(WebApplication app, StoreFolder store, Uri url)
    {
        _app = app;
        _store = store;
        Url = url;
    }

    /// <summary>Address it answers at.</summary>
    public Uri Url { get; }

    /// <summary>Its routes, as method and pattern.</summary>
    internal IEnumerable<string> Routes => Endpoints.SelectMany(e => (e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["ANY"]).Select(method => $"{method} {e.RoutePattern.RawText}"));

    /// <summary>What the host is made of.</summary>
    internal IServiceProvider Services => _app.Services;

    /// <summary>Everything that requests can reach.</summary>
    internal IEnumerable<RouteEndpoint> Endpoints => ((IEndpointRouteBuilder)_app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();

    /// <summary>Starts a platform and returns once it answers.</summary>
    /// <param name="options">How it is set up.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <returns>The running platform.</returns>
    /// <exception cref="StoreInUseException">Another process serves the store.</exception>
    /// <exception cref="DatabaseUnavailableException">The server of the database cannot be used.</exception>
    /// <exception cref="ArgumentException">The address, the users or the connection string are not as they must be, or the store belongs to another database.</exception>
    public static async Task<LocalPlatformHost> StartAsync(LocalPlatformOptions options, CancellationToken cancellationToken = default)
    {
        if (!options.Urls.IsLoopback && !options.AllowRemote)
        {
            throw new ArgumentException($"'{options.Urls}' is not a loopback address; --allow-remote permits it.");
        }

        var store = StoreFolder.Open(options.Store, onServer: options.Database is not null);
        WebApplication? app = null;
        try
        {
            var users = UserDirectory.Load(options, store);
            app = Build(options, store, users);
            await app.Services.GetRequiredService<PlatformStore>().OpenAsync(cancellationToken);
            await app.Services.GetRequiredService<SourceTables>().LoadAsync(cancellationToken);
            await app.StartAsync(cancellationToken);
            var url = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
            store.Announce(url, users.OnlyKey);
            return new LocalPlatformHost(app, store, url);
        }
        catch
        {
            await (app?.DisposeAsync() ?? ValueTask.CompletedTask);
            store.Dispose();
            throw;
        }
    }

    /// <summary>Waits until the platform was asked to stop, by a signal or by <see cref="Stop"/>.</summary>
    /// <returns>A task that ends with the platform.</returns>
    public Task WaitForShutdownAsync() => _app.WaitForShutdownAsync();

    /// <summary>Asks the platform to stop; what is under way may finish.</summary>
    public void Stop() => _app.Lifetime.StopApplication();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _store.Withdraw();
        using (var grace = new CancellationTokenSource(TimeSpan.FromSeconds(2)))
        {
            await _app.StopAsync(grace.Token);
        }

        await _app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _store.Dispose();
    }

    private static WebApplication Build(LocalPlatformOptions options, StoreFolder store, UserDirectory users)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error);
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Critical); // a race that is run again is no error; one that is, reaches the server's log
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = ApiBodyLimit;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            var address = options.Urls.IsLoopback && IPAddress.TryParse(options.Urls.Host.Trim('[', ']'), out var given) ? given : null;
            if (address is not null)
            {
                kestrel.Listen(address, options.Urls.Port);
            }
            else if (options.Urls.IsLoopback)
            {
                kestrel.Listen(IPAddress.Loopback, options.Urls.Port); // "localhost" with a free port has to pick one family
            }
            else
            {
                kestrel.Listen(IPAddress.TryParse(options.Urls.Host, out var any) ? any : IPAddress.Any, options.Urls.Port);
            }
        });

        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(store);
        builder.Services.AddSingleton(users);
        builder.Services.AddSingleton(options.TimeProvider);
        builder.Services.AddSingleton(new AccessTokens(store.Secret("token-secret"), options.TokenLifetime, options.TimeProvider));
        BearerAuthentication.AddTo(builder.Services);
        builder.Services.AddPlatformStore(store.DatabaseFile, options.Database);
        builder.Services.AddBucket(options);
        builder.Services.AddSources();
        builder.Services.AddHostedService<StoreSweeper>();

        var app = builder.Build();
        if (options.EnableFaults)
        {
            app.UseFaults();
        }

        app.UseApiConventions();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseProvenanceOfDownloads();
        if (options.EnableFaults)
        {
            app.MapFaults();
        }

        app.MapGet("/health", () => Results.Json(new { status = "ok" })).AllowAnonymous();
        app.MapAuthentication();
        app.MapEntries();
        app.MapDatasets();
        app.MapProvenance();
        app.MapWorkspaces();
        app.MapSearch();
        app.MapBucket();
        app.MapSources();
        return app;
    }
}
