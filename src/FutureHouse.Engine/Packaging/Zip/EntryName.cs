using System.Buffers;
using System.Text;

namespace FutureHouse.Packaging.Zip;

/// <summary>Which names of entries are safe to write to and to read from an archive.</summary>
internal static class EntryName
{
    /// <summary>Bytes of a part of a path, of most file systems.</summary>
    public const int MaximumPart = 255;

    /// <summary>Bytes of a path: Linux's limit.</summary>
    public const int MaximumPath = 4096;

    private static readonly SearchValues<char> WindowsForbidden = SearchValues.Create("<>:\"|?*");

    private static readonly HashSet<string> Devices = new(StringComparer.OrdinalIgnoreCase)
    {
        "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "COM0", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9", "COM¹", "COM²", "COM³",
        "LPT0", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9", "LPT¹", "LPT²", "LPT³",
    };

    /// <summary>Why a path cannot go into an archive, or <see langword="null"/>: what our own reader, and other careful ones, would refuse the whole archive for.</summary>
    public static string? WhyNotWritable(string path) => HasDrive(path) ? ZipMessages.WhyDrive : WhyUnsafe(path, windows: false);

    /// <summary>Whether a path starts like one on a drive of Windows, <c>C:</c>. It is refused on every machine, as the archive may be unpacked on any.</summary>
    public static bool HasDrive(string path) => path.Length > 1 && path[1] == ':' && char.IsAsciiLetter(path[0]);

    /// <summary>Why a path may not be made, or <see langword="null"/>.</summary>
    /// <param name="path">The path, with <c>/</c> between parts and none at the end.</param>
    /// <param name="windows">Whether Windows's own rules hold too.</param>
    public static string? WhyUnsafe(string path, bool windows)
    {
        if (path.Length == 0)
        {
            return ZipMessages.WhyEmptyName;
        }

        foreach (var c in path)
        {
            if (char.IsControl(c))
            {
                return ZipMessages.WhyControl;
            }

            if (c == '\\')
            {
                return ZipMessages.WhyBackslash;
            }
        }

        if (path[0] == '/' || (windows && path.Length > 1 && path[1] == ':'))
        {
            return ZipMessages.WhyAbsolute;
        }

        if (path.Length > MaximumPath / 4 && Encoding.UTF8.GetByteCount(path) > MaximumPath)
        {
            return ZipText.Format(ZipMessages.WhyLongPath, MaximumPath);
        }

        var rest = path.AsSpan();
        while (true)
        {
            var slash = rest.IndexOf('/');
            var part = slash < 0 ? rest : rest[..slash];
            if (WhyUnsafePart(part, windows) is { } why)
            {
                return why;
            }

            if (slash < 0)
            {
                return null;
            }

            rest = rest[(slash + 1)..];
        }
    }

    private static string? WhyUnsafePart(ReadOnlySpan<char> part, bool windows)
    {
        if (part.IsEmpty || part is "." or "..")
        {
            return ZipMessages.WhyDots;
        }

        if (part.Length > MaximumPart / 3 && Encoding.UTF8.GetByteCount(part) > MaximumPart)
        {
            return ZipMessages.WhyLongName;
        }

        if (!windows)
        {
            return null;
        }

        if (part.ContainsAny(WindowsForbidden))
        {
            return ZipMessages.WhyWindowsCharacter;
        }

        if (part[^1] is '.' or ' ')
        {
            return ZipMessages.WhyWindowsEnd;
        }

        var dot = part.IndexOf('.');
        return Devices.Contains((dot < 0 ? part : part[..dot]).TrimEnd(' ').ToString()) ? ZipMessages.WhyDevice : null;
    }
}
