using System.Collections.ObjectModel;
using System.Globalization;
using System.IO.Abstractions;
using FutureHouse.Packaging.Placing;

namespace FutureHouse.Transfer.Download;

/// <summary>
/// Permissions and time of a file or directory as an entry's metadata has them: <c>file_mode</c> (octal digits) and <c>file_modified</c> (ISO 8601). What is missing or no such value says
/// nothing. Permissions that a new file would not have here, such as others' right to write, are not given.
/// </summary>
internal readonly record struct FileStamp(UnixFileMode? Mode, DateTime? ModifiedUtc)
{
    private const int Permissions = 0x1FF;
    private const int Reading = 0x124; // r--r--r--

    public static FileStamp Of(DataEntry entry) => entry.Metadata is not { } metadata
        ? default
        : new FileStamp(ModeOf(metadata.GetValueOrDefault(FileMetadata.Mode)), ModifiedOf(metadata.GetValueOrDefault(FileMetadata.Modified)));

    /// <summary>Of an entry's metadata, what tells of its file; <see langword="null"/> where nothing does.</summary>
    public static ReadOnlyDictionary<string, object?>? Only(IReadOnlyDictionary<string, object?>? metadata)
    {
        var kept = metadata?.Where(member => member.Key is FileMetadata.Mode or FileMetadata.Modified).ToDictionary(StringComparer.Ordinal);
        return kept is { Count: > 0 } ? new(kept) : null;
    }

    /// <summary>Gives a file in the making its permissions and time.</summary>
    public void Apply(IFileSystem fileSystem, string path)
    {
        if (ModifiedUtc is { } modified)
        {
            fileSystem.File.SetLastWriteTimeUtc(path, modified);
        }

        if (Mode is { } mode && !OperatingSystem.IsWindows())
        {
            fileSystem.File.SetUnixFileMode(path, Allowed(mode, fileSystem.File.GetUnixFileMode(path)));
        }
    }

    /// <summary>The same for a directory, which gets it when all is in it.</summary>
    public DirectoryStamp ForDirectory(string relativePath, IFileSystem fileSystem, string model) =>
        new(relativePath, Mode is { } mode && !OperatingSystem.IsWindows() ? Allowed(mode, fileSystem.File.GetUnixFileMode(model)) : null, ModifiedUtc);

    /// <summary>What both the stored permissions and those of a new file allow; who may read a new file may execute it.</summary>
    private static UnixFileMode Allowed(UnixFileMode stored, UnixFileMode made) => stored & (made | (UnixFileMode)(((int)made & Reading) >> 2));

    private static UnixFileMode? ModeOf(object? value)
    {
        if (value is not string { Length: > 0 and <= 6 } text || !text.All(c => c is >= '0' and <= '7'))
        {
            return null;
        }

        return (UnixFileMode)(Convert.ToInt32(text, 8) & Permissions);
    }

    private static DateTime? ModifiedOf(object? value)
    {
        var parsed = value switch
        {
            DateTimeOffset time => time,
            string text when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) => time,
            _ => (DateTimeOffset?)null,
        };
        return parsed is { Year: > 1601 } known ? known.UtcDateTime : null;
    }
}
