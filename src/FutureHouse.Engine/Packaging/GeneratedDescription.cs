namespace FutureHouse.Packaging;

/// <summary>Descriptions of a hierarchy's files and directories that nobody has described, as the Python client makes them (wire text, not localised). Of a directory it names the files.</summary>
public sealed class GeneratedDescription
{
    // Of the client's descriptions, which have no limit, all but those of directories with thousands of files.
    private const int MaximumLength = 32 * 1024;
    private readonly System.Text.StringBuilder _text = new();
    private int _leftOut;

    /// <summary>The description of a file.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The description.</returns>
    public static string OfFile(string name) => $"File: {name}";

    /// <summary>Adds a file of the directory, as far as there is room.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What the manifest says of it, if anything.</param>
    public void Add(string name, string? description)
    {
        var text = string.IsNullOrEmpty(description) ? name : $"{name}: {description}";
        if (_leftOut > 0 || _text.Length + text.Length > MaximumLength)
        {
            _leftOut++;
            return;
        }

        _text.Append(_text.Length == 0 ? string.Empty : ", ").Append(text);
    }

    /// <summary>The description of the directory.</summary>
    /// <param name="directoryName">Its name.</param>
    /// <returns>The description.</returns>
    public string OfDirectory(string directoryName) => _text.Length == 0 && _leftOut == 0
        ? $"Directory: {directoryName}"
        : $"Directory containing: {_text}{(_leftOut == 0 ? string.Empty : string.Create(System.Globalization.CultureInfo.InvariantCulture, $", and {_leftOut} more"))}";
}
