using System.Globalization;
using System.IO.Abstractions;
using System.Net;
using FutureHouse.Platform;

namespace FutureHouse.Transfer;

/// <summary>What every transfer of an engine shares.</summary>
internal sealed class TransferContext
{
    private int _swept;

    public TransferContext(PlatformClient client, TransferOptions options)
    {
        Client = client;
        Options = options;
        FileSystem = options.FileSystem ?? new FileSystem();
        Gate = new AdaptiveGate(options.MaxConcurrency, client.Options.TimeProvider);
        LargeTexts = new SemaphoreSlim(Math.Clamp(options.MaxConcurrency / 4, 1, 8));
        client.SlowDownAsked += Gate.SlowDown;
    }

    public PlatformClient Client { get; }

    public TransferOptions Options { get; }

    public IFileSystem FileSystem { get; }

    public AdaptiveGate Gate { get; }

    /// <summary>Large texts in memory at once: one of 10 MiB takes several times that while it is sent.</summary>
    public SemaphoreSlim LargeTexts { get; }

    public TimeProvider Clock => Client.Options.TimeProvider;

    /// <summary>Called when a transfer starts; the first one removes what others have left behind long ago.</summary>
    public void Begin()
    {
        if (Interlocked.Exchange(ref _swept, 1) == 0)
        {
            Upload.Journal.Sweep(this);
        }
    }

    /// <summary>Tells a line that has no secret in it.</summary>
    public void Log(string format, params object?[] arguments) => Client.Options.Log?.Invoke(Format(format, arguments));

    public static string Format(string format, params object?[] arguments) => string.Format(CultureInfo.CurrentCulture, format, arguments);

    /// <summary>A request without the headers that .NET would add and a signature does not cover.</summary>
    public static HttpRequestMessage Request(HttpMethod method, Uri uri, HttpContent? content = null) =>
        new(method, uri) { Content = content, Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionOrHigher };
}
