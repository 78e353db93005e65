using System.Globalization;
using System.Text;
using FutureHouse.Errors;
using FutureHouse.Transfer.Upload;

namespace FutureHouse.Packaging.Manifests;

/// <summary>A manifest's bytes, and its errors.</summary>
internal sealed class ManifestSource
{
    /// <summary>16 MiB: more is no list that anyone wrote.</summary>
    public const long MaximumBytes = 16 * 1024 * 1024;

    /// <summary>Levels of nesting.</summary>
    public const int MaximumDepth = 1000;

    /// <summary>Values, an alias counted with all that it stands for.</summary>
    public const long MaximumNodes = 2_000_000;

    private ManifestSource(string path, byte[] bytes)
    {
        Path = path;
        Bytes = bytes;
    }

    public string Path { get; }

    /// <summary>The text as UTF-8, known to be valid, without a byte-order mark.</summary>
    public byte[] Bytes { get; private set; }

    /// <exception cref="ManifestInvalidException">It is missing, no file, unreadable, empty, too large or not UTF-8.</exception>
    public static ManifestSource Read(string path)
    {
        var source = new ManifestSource(path, []);
        try
        {
            if (!Directory.Exists(path) && !File.Exists(path))
            {
                throw source.Error(null, ManifestMessages.Missing);
            }

            // A pipe or device would be waited for without end.
            if (Directory.Exists(path) || !UnixFileType.IsRegular(path))
            {
                throw source.Error(null, ManifestMessages.NotAFile);
            }

            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (stream.Length > MaximumBytes)
            {
                throw source.Error(null, ManifestMessages.TooLarge, stream.Length, MaximumBytes);
            }

            var bytes = new byte[stream.Length];
            var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            source.Bytes = bytes.AsSpan(0, read) is [0xEF, 0xBB, 0xBF, .. var rest] ? rest.ToArray() : bytes.AsSpan(0, read).ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw source.Error(null, ManifestMessages.Unreadable, e.Message);
        }

        source.Check();
        return source;
    }

    /// <summary>The position of a byte.</summary>
    public Position PositionOf(long offset)
    {
        var before = Bytes.AsSpan(0, (int)Math.Min(offset, Bytes.Length));
        var lineStart = before.LastIndexOf((byte)'\n') + 1;
        return new Position(before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[lineStart..]) + 1);
    }

    public ManifestInvalidException Error(Position? position, string format, params object?[] arguments)
    {
        var reason = string.Format(CultureInfo.CurrentCulture, format, arguments);
        var message = position is { } at
            ? string.Format(CultureInfo.CurrentCulture, ManifestMessages.At, Path, at.Line, at.Column, reason)
            : string.Format(CultureInfo.CurrentCulture, ManifestMessages.Whole, Path, reason);
        return new ManifestInvalidException(message) { Target = Path, Line = position?.Line, Column = position?.Column };
    }

    private void Check()
    {
        try
        {
            if (string.IsNullOrWhiteSpace(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Bytes)))
            {
                throw Error(new Position(1, 1), ManifestMessages.Empty);
            }
        }
        catch (DecoderFallbackException e)
        {
            throw Error(PositionOf(Math.Max(0, e.Index)), ManifestMessages.NotUtf8);
        }
    }
}
