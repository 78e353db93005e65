using System.Management.Automation.Host;

namespace FutureHouse.PowerShell.Formatting;

/// <summary>Columns of the tables, which PowerShell makes as wide as the first rows need: a long name must not push an id out of sight.</summary>
public static class Column
{
    /// <summary>Fewest characters that a name is cut to.</summary>
    internal const int Least = 8;

    /// <summary>A text in what the other columns leave of a line.</summary>
    /// <param name="text">The text.</param>
    /// <param name="host">Says how wide a line is; where it cannot, the text is whole.</param>
    /// <param name="others">Characters of the other columns, with the blanks between.</param>
    /// <returns>The text, or its beginning and an ellipsis.</returns>
    public static string Rest(string? text, PSHost? host, int others)
    {
        text ??= string.Empty;
        var room = Width(host) is { } width ? Math.Max(Least, width - others) : int.MaxValue;
        return text.Length <= room ? text : text[..(char.IsHighSurrogate(text[room - 2]) ? room - 2 : room - 1)] + '…';
    }

    private static int? Width(PSHost? host)
    {
        try
        {
            return host?.UI?.RawUI?.BufferSize.Width is > 0 and var width ? width : null;
        }
        catch (Exception e) when (e is HostException or IOException or NotImplementedException or InvalidOperationException or PlatformNotSupportedException)
        {
            return null;
        }
    }
}
