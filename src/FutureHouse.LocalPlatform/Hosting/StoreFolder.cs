using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FutureHouse.LocalPlatform.Objects.Storage;

namespace FutureHouse.LocalPlatform.Hosting;

/// <summary>
/// The folder a platform serves, readable by its owner only. Its entries are in a file of it (SQLite), and then one process at a time holds it; or on a server, and then any number of
/// platforms serve it together.
/// </summary>
internal sealed class StoreFolder : IDisposable
{
    private const string DatabaseName = "platform.db";
    private const string LockName = ".lock";
    private const string DatabaseIdName = "database-id";
    private const string Bound = "bound";
    private readonly FileStream _lock;
    private string? _announced;

    private StoreFolder(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    public string Path { get; }

    public string DatabaseFile => System.IO.Path.Combine(Path, DatabaseName);

    /// <summary>What the folder's database, where a server keeps it, knows the folder by. Made at the first start.</summary>
    public string DatabaseId => KeptOnce(DatabaseIdName, () => Guid.NewGuid().ToString("D")).Split('\n')[0];

    /// <summary>Whether a database has taken the identifier.</summary>
    public bool IsBound => DatabaseId.Length > 0 && File.ReadAllText(DatabaseIdFile).EndsWith(Bound, StringComparison.Ordinal);

    private string DatabaseIdFile => System.IO.Path.Combine(Path, DatabaseIdName);

    private string ConnectionFile => System.IO.Path.Combine(Path, "connection.json");

    /// <param name="path">The folder; made if it is missing.</param>
    /// <param name="onServer">Whether a server keeps the entries.</param>
    /// <exception cref="StoreInUseException">Another platform serves the folder.</exception>
    /// <exception cref="ArgumentException">The folder's entries are kept the other way.</exception>
    public static StoreFolder Open(string path, bool onServer)
    {
        OwnerOnly.CreateFolder(path);
        OwnerOnly.Mend(path, DatabaseName, LockName);

        // Before the lock for the clearer message, and after it for what came about meanwhile.
        RequireKept(path, onServer);
        StoreFolder folder;
        try
        {
            // The operating system lets go of the lock however the process ends.
            folder = new StoreFolder(path, OwnerOnly.Open(
                System.IO.Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, onServer ? FileShare.ReadWrite : FileShare.None));
        }
        catch (IOException e) when (e is not DirectoryNotFoundException)
        {
            throw new StoreInUseException($"The store '{path}' is already being served by another local platform; stop that one, or use another folder.", e);
        }

        try
        {
            RequireKept(path, onServer);
            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Reads a secret kept in the store, making it at the first start. Processes that start at once get the same one.</summary>
    public string Secret(string name) => KeptOnce(name, () => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));

    /// <summary>Makes the file of the database, where it is missing. SQLite would make it with the permissions of the umask, and gives its log and its shared memory those of the file.</summary>
    public void CreateDatabaseFile() => OwnerOnly.Open(DatabaseFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete).Dispose();

    /// <summary>Notes that a database has taken the identifier.</summary>
    public void Bind()
    {
        if (!IsBound)
        {
            Write(DatabaseIdFile, $"{DatabaseId}\n{Bound}");
        }
    }

    /// <summary>Leaves word of where the store is served, for clients that want to join.</summary>
    public void Announce(Uri url, string? apiKey)
    {
        _announced = JsonSerializer.Serialize(new Dictionary<string, object?> { ["url"] = url.ToString().TrimEnd('/'), ["pid"] = Environment.ProcessId, ["api_key"] = apiKey });
        Write(ConnectionFile, _announced);
    }

    /// <summary>Takes the word back, unless another platform of the store has left its own since.</summary>
    public void Withdraw()
    {
        try
        {
            if (_announced is not null && File.ReadAllText(ConnectionFile) == _announced)
            {
                File.Delete(ConnectionFile);
            }
        }
        catch (IOException)
        {
            // Another one's, and withdrawn by it; or the whole folder is gone.
        }
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>One folder of objects under two databases would lose what either thinks nobody needs.</summary>
    private static void RequireKept(string path, bool onServer)
    {
        if (File.Exists(System.IO.Path.Combine(path, onServer ? DatabaseName : DatabaseIdName)))
        {
            throw new ArgumentException(onServer
                ? $"The store '{path}' keeps its entries in a file of its own; with --database give another folder."
                : $"The store '{path}' keeps its entries in a PostgreSQL database; name that with --database, or give another folder.");
        }
    }

    private string KeptOnce(string name, Func<string> make)
    {
        var file = System.IO.Path.Combine(Path, name);
        if (!File.Exists(file))
        {
            // Two processes may get here at once: the first to create the file wins, and both read it.
            DurableFile.TryCreate(file, Encoding.UTF8.GetBytes(make()));
        }

        return File.ReadAllText(file) is { Length: > 0 } kept ? kept : throw new InvalidDataException($"'{file}' is empty; remove it, and a new one is made.");
    }

    private static void Write(string file, string text)
    {
        var temporary = $"{file}.{Guid.NewGuid():N}";
        using (var writer = new StreamWriter(OwnerOnly.Open(temporary, FileMode.Create, FileAccess.Write, FileShare.Read)))
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
