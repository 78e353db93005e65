using System.Globalization;

namespace FutureHouse.Packaging.Zip;

/// <summary>What the methods of compression are called (APPNOTE 6.3.10, section 4.4.5).</summary>
internal static class ZipMethod
{
    public static string NameOf(int method) => method switch
    {
        1 => "Shrink",
        >= 2 and <= 5 => "Reduce",
        6 => "Implode",
        9 => "Deflate64",
        12 => "bzip2",
        14 => "LZMA",
        20 or 93 => "Zstandard",
        94 => "MP3",
        95 => "xz",
        96 => "JPEG",
        97 => "WavPack",
        98 => "PPMd",
        99 => "AES",
        _ => method.ToString(CultureInfo.InvariantCulture),
    };
}
