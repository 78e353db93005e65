using System.Management.Automation;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace FutureHouse.HelpBuilder;

/// <summary>An example of a page.</summary>
internal sealed record HelpExample(string Title, string Code, string Remarks);

/// <summary>
/// A page of a cmdlet: a first line of synopsis, then the sections Description, Parameters (a heading <c>-Name</c> each), Inputs, Outputs, Examples (a heading, a
/// block of code and a remark each), Notes and Links.
/// </summary>
internal sealed class HelpPage
{
    private readonly Dictionary<string, string> _parameters = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<HelpExample> _examples = [];
    private readonly Dictionary<string, string> _sections = new(StringComparer.OrdinalIgnoreCase);

    public string Synopsis => _sections.GetValueOrDefault(string.Empty, string.Empty);

    public string Description => _sections.GetValueOrDefault("Description", string.Empty);

    public string Notes => _sections.GetValueOrDefault("Notes", string.Empty);

    public string Inputs => _sections.GetValueOrDefault("Inputs", string.Empty);

    public string Outputs => _sections.GetValueOrDefault("Outputs", string.Empty);

    public IReadOnlyList<HelpExample> Examples => _examples;

    public IEnumerable<string> Links => _sections.GetValueOrDefault("Links", string.Empty).Split([',', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public string Parameter(string name) => _parameters.GetValueOrDefault(name, string.Empty);

    public static HelpPage Read(string file)
    {
        var page = new HelpPage();
        var section = string.Empty;
        var topic = string.Empty;
        var text = new List<string>();
        var code = string.Empty;

        void Flush()
        {
            var words = string.Join("\n\n", text);
            if (section == "Parameters" && topic.Length > 0)
            {
                page._parameters[topic.TrimStart('-')] = words;
            }
            else if (section == "Examples" && topic.Length > 0)
            {
                page._examples.Add(new HelpExample(topic, code, words));
            }
            else if (words.Length > 0)
            {
                page._sections[section] = words;
            }

            text.Clear();
            code = string.Empty;
        }

        foreach (var block in Markdown.Parse(File.ReadAllText(file)))
        {
            switch (block)
            {
                case HeadingBlock { Level: 1 }:
                    break;
                case HeadingBlock { Level: 2 } heading:
                    Flush();
                    (section, topic) = (Text(heading.Inline), string.Empty);
                    break;
                case HeadingBlock heading:
                    Flush();
                    topic = Text(heading.Inline);
                    break;
                case FencedCodeBlock fenced:
                    code = fenced.Lines.ToString().TrimEnd();
                    break;
                case LeafBlock leaf:
                    text.Add(Text(leaf.Inline));
                    break;
                case ListBlock list:
                    text.Add(string.Join("\n", list.Cast<ListItemBlock>().Select(item => "- " + string.Join(" ", item.OfType<LeafBlock>().Select(l => Text(l.Inline))))));
                    break;
            }
        }

        Flush();
        return page;
    }

    /// <summary>What page and cmdlet do not agree on.</summary>
    public IEnumerable<string> Check(CmdletInfo command)
    {
        var parameters = command.Parameters.Keys.Where(p => !ModuleReader.Common.Contains(p)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return new[] { (Synopsis, "no synopsis"), (Description, "no description"), (Inputs, "no inputs"), (Outputs, "no outputs") }.Where(s => s.Item1.Length == 0).Select(s => s.Item2)
            .Concat(_examples.Count == 0 ? ["no example"] : [])
            .Concat(parameters.Where(p => Parameter(p).Length == 0).Select(p => $"-{p} is not described"))
            .Concat(_parameters.Keys.Where(p => !parameters.Contains(p)).Select(p => $"-{p} is described and does not exist"));
    }

    private static string Text(ContainerInline? inline) => inline is null ? string.Empty : string.Concat(inline.Descendants().Select(i => i switch
    {
        LiteralInline literal => literal.Content.ToString(),
        CodeInline code => code.Content,
        LineBreakInline => " ",
        _ => string.Empty,
    })).Trim();
}
