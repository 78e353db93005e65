using System.IO.Abstractions;
using System.Security.Cryptography;
using System.Text.Json;

namespace FutureHouse.Transfer.Upload;

/// <summary>
/// The journal of one upload or of one hierarchy: a file to which a line is appended for each step, so that a kill
/// costs no step. It is its owner's only, as signed URLs and sessions in it are
/// bearer secrets; it is locked while it is open, and named by a hash of all that makes two uploads the same. A journal
/// that cannot be kept costs the ability to go on later, not the upload.
/// </summary>
internal sealed class Journal : IDisposable
{
    /// <summary>Sessions and uploads live a week; what is older is of no use.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    private const string Extension = ".journal";
    private const int NameLength = 32;
    private const int Attempts = 3;

    private readonly IFileSystem _files;
    private readonly SemaphoreSlim _writer = new(1, 1);
    private FileSystemStream? _stream;
    private bool _isEmpty = true;

    private Journal(IFileSystem files, FileSystemStream? stream)
    {
        _files = files;
        _stream = stream;
    }

    /// <summary>The steps that were there when it was opened.</summary>
    public IReadOnlyList<JournalLine> Steps { get; private set; } = [];

    /// <summary>
    /// Opens the journal of an upload, which is empty where there is none. Where another process, or another upload of
    /// this one, has it, nothing is kept.
    /// </summary>
    /// <param name="context">Where the journals are.</param>
    /// <param name="identity">All that makes two uploads the same.</param>
    /// <returns>The journal.</returns>
    public static Journal Open(TransferContext context, params ReadOnlySpan<byte[]> identity)
    {
        if (Folder(context) is not { } folder)
        {
            return new Journal(context.FileSystem, null);
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in identity)
        {
            hash.AppendData(BitConverter.GetBytes(part.Length));
            hash.AppendData(part);
        }

        var path = context.FileSystem.Path.Combine(folder, Convert.ToHexString(hash.GetHashAndReset())[..NameLength] + Extension);
        try
        {
            MakeFolder(context.FileSystem, folder);
            for (var attempt = 1; attempt <= Attempts; attempt++)
            {
                var journal = new Journal(context.FileSystem, context.FileSystem.FileStream.New(path, Options(FileMode.OpenOrCreate)));
                if (context.FileSystem.File.Exists(path))
                {
                    journal.Read();
                    return journal;
                }

                journal.Close(); // its last holder removed it just then
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // See above.
        }

        return new Journal(context.FileSystem, null);
    }

    /// <summary>Removes the journals that nobody has gone on with for a week.</summary>
    public static void Sweep(TransferContext context)
    {
        try
        {
            if (Folder(context) is not { } folder || !context.FileSystem.Directory.Exists(folder))
            {
                return;
            }

            var limit = (context.Clock.GetUtcNow() - Lifetime).UtcDateTime;
            foreach (var path in context.FileSystem.Directory.EnumerateFiles(folder))
            {
                if (IsName(context.FileSystem.Path.GetFileName(path)) && context.FileSystem.File.GetLastWriteTimeUtc(path) < limit)
                {
                    TryRemove(context.FileSystem, path);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next transfer tries again.
        }
    }

    /// <summary>Notes a step. It is not cancelled: what was done is noted.</summary>
    public async Task AppendAsync(JournalLine line)
    {
        byte[] bytes = [.. JsonSerializer.SerializeToUtf8Bytes(line, JournalJson.Default.JournalLine), (byte)'\n'];
        await _writer.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_stream is not null)
            {
                _isEmpty = false;
                await _stream.WriteAsync(bytes).ConfigureAwait(false); // by one call to the system, which a kill cannot take back
                await _stream.FlushAsync().ConfigureAwait(false);
            }
        }
        catch (IOException)
        {
            Close(); // the disk is full: half a line must not be followed by others
        }
        finally
        {
            _writer.Release();
        }
    }

    /// <summary>Removes it: the upload has ended.</summary>
    public void Remove()
    {
        _writer.Wait();
        try
        {
            if (_stream is { } stream)
            {
                stream.SetLength(0); // where it cannot be removed while it is open, nobody goes on with it in the moment between
                if (OperatingSystem.IsWindows())
                {
                    Close();
                }

                _files.File.Delete(stream.Name);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is empty.
        }
        finally
        {
            Close();
            _writer.Release();
        }
    }

    /// <summary>Closes it; what is in it stays for a later process.</summary>
    public void Dispose()
    {
        if (_isEmpty)
        {
            Remove();
        }

        Close();
        _writer.Dispose();
    }

    private static string? Folder(TransferContext context)
    {
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return context.Options.JournalDirectory ?? (data.Length == 0 ? null : context.FileSystem.Path.Combine(data, "FutureHouse", "uploads"));
    }

    private static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && mode != FileMode.Open)
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    private static void MakeFolder(IFileSystem files, string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            files.Directory.CreateDirectory(folder);
        }
        else if (!files.Directory.Exists(folder))
        {
            files.Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    // Journals, and what earlier releases called so, with their locks; nothing else that may be in the folder.
    private static bool IsName(string name) => name.Length > NameLength
        && name[..NameLength].All(char.IsAsciiHexDigitUpper)
        && name[NameLength..] is Extension or ".json" or ".json.lock" or ".json.tmp";

    private static void TryRemove(IFileSystem files, string path)
    {
        try
        {
            // Not one that somebody holds.
            using (files.FileStream.New(path, Options(FileMode.Open)))
            {
                if (!OperatingSystem.IsWindows())
                {
                    files.File.Delete(path);
                }
            }

            files.File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // In use, or not ours.
        }
    }

    /// <summary>Takes the lines up to the first that is not whole: a kill may have cut the last.</summary>
    private void Read()
    {
        var stream = _stream!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var steps = new List<JournalLine>();
        var good = 0;
        for (int end; (end = Array.IndexOf(bytes, (byte)'\n', good)) >= 0; good = end + 1)
        {
            try
            {
                if (JsonSerializer.Deserialize(bytes.AsSpan(good, end - good), JournalJson.Default.JournalLine) is not { } line)
                {
                    break;
                }

                steps.Add(line);
            }
            catch (JsonException)
            {
                break;
            }
        }

        stream.SetLength(good);
        stream.Position = good;
        _isEmpty = steps.Count == 0;
        Steps = steps;
    }

    private void Close()
    {
        _stream?.Dispose();
        _stream = null;
    }
}
