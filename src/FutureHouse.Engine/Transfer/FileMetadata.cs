using System.Globalization;
using FutureHouse.Packaging;

namespace FutureHouse.Transfer;

/// <summary>Members of an entry's metadata that tell of the file or directory that it was made of. A caller's own member of such a name stays as it is.</summary>
internal static class FileMetadata
{
    /// <summary>Unix permissions, as four octal digits.</summary>
    public const string Mode = "file_mode";

    /// <summary>When the content last changed, ISO 8601 in UTC.</summary>
    public const string Modified = "file_modified";

    /// <summary>What a collection holds, whatever way it is compressed: SHA-256 over the names, sizes and CRC-32s of its files and directories.</summary>
    public const string ContentDigest = "content_digest";

    /// <summary>Adds what is known of the file that is sent, or of the directory whose archive it is.</summary>
    public static void Add(Dictionary<string, object?> metadata, UploadRequest request)
    {
        if (request.ContentDigest is { } digest)
        {
            metadata.TryAdd(ContentDigest, digest);
        }

        if (!request.IsCollection)
        {
            AddStatus(metadata, request.Path);
        }
    }

    /// <summary>The caller's metadata, with what is known of a directory.</summary>
    public static IReadOnlyDictionary<string, object?> OfDirectory(IReadOnlyDictionary<string, object?>? own, string path)
    {
        var metadata = new Dictionary<string, object?>(own ?? new Dictionary<string, object?>(), StringComparer.Ordinal);
        AddStatus(metadata, path);
        return metadata;
    }

    private static void AddStatus(Dictionary<string, object?> metadata, string path)
    {
        // Of a link that is followed, what counts is what it leads to: the runtime's own call does not follow it.
        if (UnixStatus.TryGet(path, out _, out _, out var modified, out var mode))
        {
            Add(metadata, modified, mode);
        }
        else if (File.Exists(path) || Directory.Exists(path))
        {
            var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
            Add(metadata, new DateTimeOffset(File.GetLastWriteTimeUtc(target)), OperatingSystem.IsWindows() ? null : File.GetUnixFileMode(target));
        }
    }

    private static void Add(Dictionary<string, object?> metadata, DateTimeOffset modified, UnixFileMode? mode)
    {
        metadata.TryAdd(Modified, modified.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        if (mode is { } bits)
        {
            metadata.TryAdd(Mode, Convert.ToString((int)bits & 0x1FF, 8).PadLeft(4, '0'));
        }
    }
}
