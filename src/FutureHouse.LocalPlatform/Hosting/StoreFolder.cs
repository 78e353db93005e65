using System.Security.Cryptography;
using System.Text.Json;

namespace FutureHouse.LocalPlatform.Hosting;

/// <summary>The folder a platform serves: held by one process at a time, readable by its owner only.</summary>
internal sealed class StoreFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly FileStream _lock;

    private StoreFolder(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    public string Path { get; }

    public string DatabaseFile => System.IO.Path.Combine(Path, "platform.db");

    private string ConnectionFile => System.IO.Path.Combine(Path, "connection.json");

    /// <exception cref="StoreInUseException">Another platform serves the folder.</exception>
    public static StoreFolder Open(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        }

        try
        {
            // The operating system lets go of the lock however the process ends.
            var held = new FileStream(System.IO.Path.Combine(path, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new StoreFolder(path, held);
        }
        catch (IOException e) when (e is not DirectoryNotFoundException)
        {
            throw new StoreInUseException($"The store '{path}' is already being served by another local platform; stop that one, or use another folder.", e);
        }
    }

    /// <summary>Reads a secret kept in the store, making it at the first start.</summary>
    public string Secret(string name)
    {
        var file = System.IO.Path.Combine(Path, name);
        if (File.Exists(file) && File.ReadAllText(file) is { Length: > 0 } kept)
        {
            return kept;
        }

        var made = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        Write(file, made);
        return made;
    }

    /// <summary>Leaves word of where the store is served, for clients that want to join.</summary>
    public void Announce(Uri url, string? apiKey) => Write(
        ConnectionFile,
        JsonSerializer.Serialize(new Dictionary<string, object?> { ["url"] = url.ToString().TrimEnd('/'), ["pid"] = Environment.ProcessId, ["api_key"] = apiKey }));

    public void Withdraw() => File.Delete(ConnectionFile);

    public void Dispose() => _lock.Dispose();

    private static void Write(string file, string text)
    {
        var temporary = file + ".tmp";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (var writer = new StreamWriter(temporary, options))
        {
            writer.Write(text);
        }

        File.Move(temporary, file, overwrite: true);
    }
}

/// <summary>The store is served by another process.</summary>
public sealed class StoreInUseException : Exception
{
    internal StoreInUseException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
