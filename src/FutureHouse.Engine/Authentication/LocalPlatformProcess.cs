using System.Diagnostics;
using System.Globalization;
using System.Security;
using System.Text;
using System.Text.Json;
using FutureHouse.Errors;

namespace FutureHouse.Authentication;

/// <summary>
/// A local platform that serves a store: started as a child of this process, or one that serves it already. The child ends when it is disposed of, and when
/// this process ends however that comes about: it watches the pipe that is its standard input. A Ctrl+C meant for this process does not reach it.
/// </summary>
public sealed class LocalPlatformProcess : IDisposable
{
    private const string RuntimeVersion = "10.0";
    private const int KeptErrorLines = 20;

    private readonly SecureString _apiKey;
    private readonly Process? _child;
    private readonly TimeSpan _stopTimeout;
    private int _disposed;

    private LocalPlatformProcess(string store, Uri serviceUri, int? processId, string apiKey, Process? child, TimeSpan stopTimeout)
    {
        StoreDirectory = store;
        ServiceUri = serviceUri;
        ProcessId = processId;
        _apiKey = Secrets.Protect(apiKey);
        _child = child;
        _stopTimeout = stopTimeout;
    }

    /// <summary>The store used where none is named: <c>FutureHouse/local</c> in the user's local application data.</summary>
    public static string DefaultStoreDirectory =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "FutureHouse", "local");

    /// <summary>Folder of the store.</summary>
    public string StoreDirectory { get; }

    /// <summary>Address, on loopback.</summary>
    public Uri ServiceUri { get; }

    /// <summary>Process that serves the store, where it is known.</summary>
    public int? ProcessId { get; }

    /// <summary>Whether this object started the process, and ends it.</summary>
    public bool IsOwned => _child is not null;

    /// <summary>Key of the store's user.</summary>
    /// <returns>A copy, for the caller to dispose of.</returns>
    public SecureString GetApiKey() => _apiKey.Copy();

    /// <summary>Starts a local platform for a store, or attaches to the one that serves it already, and waits until it answers.</summary>
    /// <param name="options">Store and program.</param>
    /// <param name="ct">Ends the start, and the child with it.</param>
    /// <returns>The platform.</returns>
    /// <exception cref="NotConnectedException">It cannot be started; the message says why, and how to get what is missing.</exception>
    public static async Task<LocalPlatformProcess> OpenAsync(LocalPlatformOptions options, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(options);
        var store = Path.GetFullPath(options.StoreDirectory ?? DefaultStoreDirectory);
        if (await AttachAsync(store, options, ct).ConfigureAwait(false) is { } running)
        {
            return running;
        }

        try
        {
            return await StartAsync(store, options, ct).ConfigureAwait(false);
        }
        catch (NotConnectedException)
        {
            // Another session may have started one for this store in between: then it answers now.
            if (await AttachAsync(store, options, ct).ConfigureAwait(false) is { } other)
            {
                return other;
            }

            throw;
        }
    }

    /// <summary>Ends the child, if there is one: by closing its standard input, and by force where it does not end in time.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _apiKey.Dispose();
        if (_child is not null)
        {
            End(_child, _stopTimeout);
        }
    }

    /// <summary>Address and store; never the key.</summary>
    /// <returns>A line for display.</returns>
    public override string ToString() => $"{ServiceUri} ({StoreDirectory})";

    private static async Task<LocalPlatformProcess?> AttachAsync(string store, LocalPlatformOptions options, CancellationToken ct)
    {
        if (await LocalConnectionFile.ReadAsync(store, ct).ConfigureAwait(false) is not { Address: { } address } file)
        {
            return null;
        }

        // The file outlives a killed platform: what counts is an answer.
        using var handler = new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using var answer = await http.GetAsync(new Uri("health", UriKind.Relative), ct).ConfigureAwait(false);
            return answer.IsSuccessStatusCode ? new LocalPlatformProcess(store, address, file.Pid, file.ApiKey!, null, options.StopTimeout) : null;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return null;
        }
    }

    private static async Task<LocalPlatformProcess> StartAsync(string store, LocalPlatformOptions options, CancellationToken ct)
    {
        if (!File.Exists(options.AssemblyPath))
        {
            throw Failed(Messages.LocalNotBuilt, options.AssemblyPath);
        }

        var dotnet = options.DotnetPath ?? DotnetHost.Find() ?? throw Failed(Messages.LocalNoDotnet, RuntimeVersion);
        var start = new ProcessStartInfo(dotnet)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            UseShellExecute = false,
            CreateNoWindow = true,
            WorkingDirectory = Path.GetDirectoryName(options.AssemblyPath)!,
        };
        foreach (var argument in (ReadOnlySpan<string>)[options.AssemblyPath, "--store", store, "--urls", "http://127.0.0.1:0", "--ignore-interrupt"])
        {
            start.ArgumentList.Add(argument);
        }

        // Keys of other services are none of its business.
        start.Environment.Remove(ApiKeySource.ApiKeyVariable);
        start.Environment.Remove(ApiKeySource.OlderApiKeyVariable);

        Process child;
        try
        {
            CreateStore(store);
            child = Process.Start(start) ?? throw Failed(Messages.LocalNoDotnet, RuntimeVersion);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(Messages.LocalStoreUnusable, store, e.Message);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw Failed(Messages.LocalEnded, store, e.Message);
        }

        try
        {
            return await WaitUntilReadyAsync(child, dotnet, store, options, ct).ConfigureAwait(false);
        }
        catch
        {
            End(child, TimeSpan.FromSeconds(1));
            throw;
        }
    }

    /// <summary>Its owner's only from the first moment on; the permissions of a store that is there are the platform's to mend.</summary>
    private static void CreateStore(string store)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(store);
            return;
        }

        // Those above that are missing too, one by one: they get the permissions of the umask otherwise.
        if (Path.GetDirectoryName(store) is { } parent && !Directory.Exists(parent))
        {
            CreateStore(parent);
        }

        Directory.CreateDirectory(store, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static async Task<LocalPlatformProcess> WaitUntilReadyAsync(Process child, string dotnet, string store, LocalPlatformOptions options, CancellationToken ct)
    {
        var errors = new Queue<string>();
        child.ErrorDataReceived += (_, line) =>
        {
            lock (errors)
            {
                if (!string.IsNullOrWhiteSpace(line.Data))
                {
                    errors.Enqueue(line.Data.Trim());
                    if (errors.Count > KeptErrorLines)
                    {
                        errors.Dequeue();
                    }
                }
            }
        };
        child.BeginErrorReadLine();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(options.StartTimeout);
        string? line;
        try
        {
            line = await child.StandardOutput.ReadLineAsync(patience.Token).ConfigureAwait(false);
            if (line is null)
            {
                // Waits for the rest of its error output too.
                await child.WaitForExitAsync(patience.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw Failed(Messages.LocalEnded, store, Format(Messages.LocalTimedOut, options.StartTimeout.TotalSeconds));
        }

        if (line is null)
        {
            throw Ended(child, dotnet, store, errors);
        }

        // Whatever it prints later must not fill the pipe and stop it.
        _ = child.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
        var (address, file) = (FirstLine(line), await LocalConnectionFile.ReadAsync(store, ct).ConfigureAwait(false));
        if ((address ?? file?.Address) is not { } uri || file is null)
        {
            throw Failed(Messages.LocalNoConnectionFile, store, Path.Combine(store, LocalConnectionFile.FileName));
        }

        return new LocalPlatformProcess(store, uri, child.Id, file.ApiKey!, child, options.StopTimeout);
    }

    private static Uri? FirstLine(string line)
    {
        try
        {
            return Uri.TryCreate(JsonSerializer.Deserialize(line, LocalPlatformJson.Default.LocalFirstLine)?.Url, UriKind.Absolute, out var uri) && uri.IsLoopback ? uri : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static NotConnectedException Ended(Process child, string dotnet, string store, Queue<string> errors)
    {
        string[] lines;
        lock (errors)
        {
            lines = [.. errors];
        }

        // The host's words when a shared framework is not installed.
        return lines.Any(text => text.Contains("Microsoft.AspNetCore.App", StringComparison.Ordinal) || text.Contains("must install or update .NET", StringComparison.Ordinal))
            ? Failed(Messages.LocalNoRuntime, RuntimeVersion, dotnet)
            : Failed(Messages.LocalEnded, store, lines.Length == 0 ? Format(Messages.LocalEndedSilently, child.ExitCode) : string.Join(' ', lines.TakeLast(3)));
    }

    private static void End(Process child, TimeSpan patience)
    {
        try
        {
            child.StandardInput.Close();
            if (!child.WaitForExit(patience))
            {
                child.Kill(entireProcessTree: true);
            }
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or System.ComponentModel.Win32Exception)
        {
            // It has ended by itself.
        }
        finally
        {
            child.Dispose();
        }
    }

    private static NotConnectedException Failed(string format, params object?[] arguments) => new(Format(format, arguments));

    private static string Format(string format, params object?[] arguments) => string.Format(CultureInfo.CurrentCulture, format, arguments);
}
